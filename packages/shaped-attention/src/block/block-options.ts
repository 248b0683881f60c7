import { type ActivationName, activationNames } from '../activation/resolve-activation.js';
import { DEFAULT_GAMMA } from './residual-branch.js';
import { type ResidualWeights, skipWeight } from './residual.js';

/**
 * How a block adds a branch f (attention, then MLP) to its input:
 * - `shaped`, `unshaped`: `X ← λX + γ f(X)`, by default with shaped attention and activation, or
 *   with softmax attention and the plain ReLU;
 * - `preLN`: `X ← X + f(norm X)`;
 * - `postLN`: `X ← norm(X + f(X))`;
 * - `depthScaled`: `X ← X + f(X)/√(2L)`, L the number of blocks.
 */
export type BlockKind = 'shaped' | 'unshaped' | 'preLN' | 'postLN' | 'depthScaled';

/** What sets one block apart from another; the rest of its options are those of its branches. */
export interface BlockOptions {
  /** The residual arrangement. */
  kind: BlockKind;
  /** 'shaped', 'softmax', or 'none' for an MLP block alone. Defaults by kind. */
  attention?: 'shaped' | 'softmax' | 'none';
  /** The MLP's activation, or 'none' for an attention block alone. Defaults by kind. */
  activation?: ActivationName | 'none';
  /** The norm of `preLN` and `postLN`. Defaults to 'layer'; 'none' for the other kinds. */
  norm?: 'layer' | 'rms' | 'none';
  /** γ, the branch weight. Defaults by kind: 1/√8 for shaped and unshaped, else see `BlockKind`. */
  gamma?: number;
  /** λ, the skip weight. Defaults to √(1 − γ²) for shaped and unshaped, else 1. */
  lambda?: number;
  /** L, the number of blocks of the network; needed by `depthScaled` unless gamma is given. */
  depth?: number;
}

/** The same with every default filled in. */
export interface ResolvedBlock extends ResidualWeights {
  kind: BlockKind;
  attention: 'shaped' | 'softmax' | 'none';
  activation: ActivationName | 'none';
  norm: 'layer' | 'rms' | 'none';
}

/** Every kind of block. */
export const blockKinds: readonly BlockKind[] = [
  'shaped',
  'unshaped',
  'preLN',
  'postLN',
  'depthScaled',
];

function oneOf<T extends string>(name: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw new RangeError(
    `TransformerBlock: expected ${name} to be one of ${allowed.join(', ')}, got ${String(value)}. Names are case-sensitive.`,
  );
}

function residualWeights({ kind, gamma, lambda, depth }: BlockOptions): ResidualWeights {
  for (const [name, value] of Object.entries({ gamma, lambda })) {
    if (value != null && !Number.isFinite(value)) {
      throw new RangeError(
        `TransformerBlock: expected ${name} to be finite, got ${value}. Leave it out for the default of the kind.`,
      );
    }
  }
  if (kind === 'shaped' || kind === 'unshaped') {
    const branch = gamma ?? DEFAULT_GAMMA;
    return { gamma: branch, lambda: lambda ?? skipWeight(branch) };
  }
  if (kind !== 'depthScaled') return { gamma: gamma ?? 1, lambda: lambda ?? 1 };
  if (gamma == null && !(Number.isInteger(depth) && depth! >= 1)) {
    throw new RangeError(
      `TransformerBlock: expected depth to be a positive integer for kind depthScaled, got ${depth}. Give the number of blocks, which sets gamma = 1/√(2 depth).`,
    );
  }
  return { gamma: gamma ?? 1 / Math.sqrt(2 * depth!), lambda: lambda ?? 1 };
}

/**
 * The options of a block with the defaults of its kind.
 *
 * @throws RangeError when a name is unknown, a combination is impossible or depth is missing
 */
export function resolveBlock(options: BlockOptions): ResolvedBlock {
  const kind = oneOf('kind', options.kind, blockKinds);
  const isShaped = kind === 'shaped';
  const attention = oneOf('attention', options.attention ?? (isShaped ? 'shaped' : 'softmax'), [
    'shaped',
    'softmax',
    'none',
  ] as const);
  const activation = oneOf('activation', options.activation ?? (isShaped ? 'shapedRelu' : 'relu'), [
    ...activationNames,
    'none',
  ] as const);
  if (attention === 'none' && activation === 'none') {
    throw new RangeError(
      "TransformerBlock: expected attention or an activation, got 'none' for both. Leave the block out instead.",
    );
  }
  const hasNorm = kind === 'preLN' || kind === 'postLN';
  const norm = oneOf(
    `norm of kind ${kind}`,
    options.norm ?? (hasNorm ? 'layer' : 'none'),
    hasNorm ? (['layer', 'rms'] as const) : (['none'] as const),
  );
  return { kind, attention, activation, norm, ...residualWeights(options) };
}
