import { architectureIssues, type ArchitectureIssue } from './architecture-issues.js';
import type { Architecture, ArchitectureOptions } from './architecture-options.js';

export type {
  Architecture,
  ArchitectureOptions,
  AttentionMask,
  BlockKind,
} from './architecture-options.js';

/** Every problem of an architecture at once: `issues` is the data, `message` its rendering. */
export class ArchitectureError extends Error {
  override readonly name = 'ArchitectureError';

  constructor(readonly issues: readonly ArchitectureIssue[]) {
    super(
      issues
        .map(
          ({ path, expected, got, fix }) =>
            `architecture: expected ${path} to be ${expected}, got ${got}. ${fix}`,
        )
        .join('\n'),
    );
  }
}

/**
 * The full architecture of the given options, frozen: defaults filled in by block kind, then
 * checked.
 *
 * `architecture(architecture(x))` equals `architecture(x)`. To vary one, spread the options it was
 * made from rather than the result: gamma, lambda and headWidth may have been derived.
 *
 * @throws ArchitectureError with every problem found
 */
export function architecture(options: ArchitectureOptions): Architecture {
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as ArchitectureOptions;
  const block = given.block ?? 'shaped';
  const unitSum = block === 'shaped' || block === 'unshaped';
  const normed = block === 'preLN' || block === 'postLN';
  const heads = given.heads ?? 1;
  const gamma =
    given.gamma ??
    (unitSum ? Math.SQRT1_2 / 2 : block === 'depthScaled' ? 1 / Math.sqrt(2 * given.depth) : 1);
  const full: Architecture = {
    block,
    attention: block === 'shaped' ? 'shaped' : 'softmax',
    activation: block === 'shaped' ? 'shapedRelu' : 'relu',
    heads,
    headWidth: given.width / heads,
    mask: 'full',
    outputProjection: false,
    gamma,
    lambda: unitSum ? Math.sqrt(Math.max(0, 1 - gamma * gamma)) : 1,
    tau0: 1,
    cPlus: 0,
    cMinus: -1,
    smooth: 'tanh',
    a: 1,
    gamma1Shift: 0,
    gamma2Shift: 0,
    norm: normed ? 'layer' : 'none',
    ...given,
  };
  const issues = architectureIssues(full);
  if (issues.length > 0) throw new ArchitectureError(issues);
  return Object.freeze(full);
}
