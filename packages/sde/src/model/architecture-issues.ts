import type { Architecture } from './architecture-options.js';

/** One thing wrong with an architecture, as data. */
export interface ArchitectureIssue {
  readonly path: string;
  readonly expected: string;
  readonly got: string;
  readonly fix: string;
}

/**
 * How far λ² + γ² may be from 1, and γ from 1/√(2 depth): room for values written with ten digits,
 * far below any effect on a network.
 */
export const UNIT_SUM_TOLERANCE = 1e-9;

const CHOICES = {
  block: ['shaped', 'unshaped', 'preLN', 'postLN', 'depthScaled'],
  attention: ['shaped', 'softmax', 'none'],
  activation: ['shapedRelu', 'shapedSmooth', 'relu', 'none'],
  smooth: ['tanh', 'gelu', 'silu', 'softplus'],
  norm: ['layer', 'rms', 'none'],
} as const;

const KEYS = new Set([
  ...Object.keys(CHOICES),
  ...['tokens', 'width', 'depth', 'heads', 'headWidth', 'mask', 'outputProjection', 'gamma'],
  ...['lambda', 'tau0', 'cPlus', 'cMinus', 'a', 'gamma1Shift', 'gamma2Shift'],
]);

function show(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Every problem of an architecture with its defaults filled in; empty when it is sound. */
export function architectureIssues(arch: Architecture): ArchitectureIssue[] {
  const issues: ArchitectureIssue[] = [];
  const report = (path: string, expected: string, got: unknown, fix: string) => {
    issues.push({ path, expected, got: typeof got === 'string' ? got : show(got), fix });
  };

  for (const key of Object.keys(arch)) {
    if (!KEYS.has(key)) {
      report(
        key,
        'absent',
        show(arch[key as keyof Architecture]),
        `Known: ${[...KEYS].join(', ')}.`,
      );
    }
  }
  for (const [key, choices] of Object.entries(CHOICES)) {
    const value = arch[key as keyof typeof CHOICES];
    if (!(choices as readonly string[]).includes(value)) {
      report(key, `one of ${choices.join(', ')}`, show(value), 'Choose one of them.');
    }
  }
  for (const key of ['tokens', 'width', 'depth', 'heads', 'headWidth'] as const) {
    if (!Number.isSafeInteger(arch[key]) || arch[key] < 1) {
      const derived = key === 'headWidth' ? 'Give it, or make heads divide width.' : 'Set it so.';
      report(key, 'a positive integer', arch[key], derived);
    }
  }
  for (const key of ['gamma', 'lambda', 'cPlus', 'cMinus', 'gamma1Shift', 'gamma2Shift'] as const) {
    if (!Number.isFinite(arch[key])) report(key, 'a finite number', arch[key], 'Set it so.');
  }
  if (!Number.isFinite(arch.tau0) || arch.tau0 <= 0) {
    report(
      'tau0',
      'a positive number',
      arch.tau0,
      'Large tau0 turns softmax off; zero has no limit.',
    );
  }
  if (!Number.isFinite(arch.a) || arch.a <= 0) {
    report(
      'a',
      'a positive number',
      arch.a,
      'The scale is a √n: large a is linear, zero has none.',
    );
  }
  if (typeof arch.outputProjection !== 'boolean') {
    report('outputProjection', 'true or false', arch.outputProjection, 'Set it so.');
  }
  sizeIssues(arch, report);
  weightIssues(arch, report);
  maskIssues(arch, report);
  return issues;
}

type Report = (path: string, expected: string, got: unknown, fix: string) => void;

function sizeIssues(arch: Architecture, report: Report): void {
  if (arch.tokens > arch.width) {
    report(
      'width',
      `at least the number of tokens (${arch.tokens})`,
      arch.width,
      'Shorten the token window or widen the network.',
    );
  }
  if (Number.isSafeInteger(arch.width) && arch.heads >= 1 && arch.width % arch.heads !== 0) {
    report('heads', `a divisor of the width (${arch.width})`, arch.heads, 'Change one of the two.');
  }
  if (arch.attention === 'none' && arch.activation === 'none') {
    report('activation', 'set when there is no attention', 'none', 'Give the layer a block.');
  }
}

function weightIssues(arch: Architecture, report: Report): void {
  const { block, gamma, lambda } = arch;
  if (block === 'shaped' || block === 'unshaped') {
    if (gamma < 0 || gamma > 1) {
      report('gamma', 'in [0, 1], as λ² + γ² = 1', gamma, 'The skip weight takes the rest.');
    } else if (Math.abs(lambda * lambda + gamma * gamma - 1) > UNIT_SUM_TOLERANCE) {
      report('lambda', `√(1 − gamma²) at gamma = ${gamma}`, lambda, 'Leave lambda out.');
    }
  } else {
    const expected = block === 'depthScaled' ? 1 / Math.sqrt(2 * arch.depth) : 1;
    if (Math.abs(gamma - expected) > UNIT_SUM_TOLERANCE) {
      report('gamma', `${expected} in ${block} blocks`, gamma, 'Leave gamma out.');
    }
    if (lambda !== 1) report('lambda', `1 in ${block} blocks`, lambda, 'Leave lambda out.');
  }
  if (arch.norm !== 'none' && block !== 'preLN' && block !== 'postLN') {
    report('norm', `'none' in ${block} blocks`, arch.norm, "Use block 'preLN' or 'postLN'.");
  }
  if (arch.attention !== 'shaped') {
    for (const key of ['gamma1Shift', 'gamma2Shift'] as const) {
      if (arch[key] !== 0) report(key, '0 without shaped attention', arch[key], 'Leave it out.');
    }
  }
  const root = Math.sqrt(arch.width);
  if (arch.activation === 'shapedRelu' && arch.cPlus === -root && arch.cMinus === -root) {
    report('cPlus', 'such that a slope 1 + c±/√n is not zero', arch.cPlus, 'Both slopes vanish.');
  }
}

function maskIssues(arch: Architecture, report: Report): void {
  const { mask, tokens } = arch;
  if (mask === 'full' || mask === 'causal') return;
  if (!Array.isArray(mask)) {
    report('mask', "'full', 'causal' or rows of 0 and 1", show(mask), 'Rows are queries.');
    return;
  }
  const rows = mask as readonly unknown[];
  if (rows.length !== tokens) {
    report('mask', `${tokens} rows, one a token`, `${rows.length} rows`, 'Rows are queries.');
  }
  rows.forEach((row, a) => {
    const at = `mask[${a}]`;
    if (!Array.isArray(row) || row.length !== tokens) {
      const got = Array.isArray(row) ? `${row.length} entries` : show(row);
      report(at, `${tokens} entries, one a key`, got, 'Columns are keys.');
    } else if (!row.every((entry) => entry === 0 || entry === 1)) {
      report(at, 'made of 0 and 1', show(row), 'Use 1 for an allowed key.');
    }
  });
}
