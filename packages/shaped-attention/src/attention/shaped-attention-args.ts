import type { KerasOptions } from '../initializer/keras-options.js';
import type { KeyedLayerArgs } from '../initializer/keyed-layer.js';
import type { Alignment } from './alignment.js';
import type { TemperatureRule } from './temperature.js';

/**
 * How a layer writes its weights: `'paper'`, unit Gaussians with explicit factors 1/√n; or
 * `'standard'`, the factors inside the initial weights. The same function at initialisation.
 */
export type Parametrization = 'paper' | 'standard';

export interface ShapedAttentionArgs extends KeyedLayerArgs, KerasOptions {
  /** H, the number of heads. */
  numHeads: number;
  /** K, the width of a head's queries and keys. */
  keyDim: number;
  /** V, the width of a head's values. Defaults to `keyDim`. */
  valueDim?: number | null;
  /** The shape of an output token. Defaults to the width of the query. */
  outputShape?: number | number[] | null;
  /** Whether projections have biases, zero at the start. Defaults to true, as in Keras. */
  useBias?: boolean;
  /** The probability of dropping a softmax weight in training. Defaults to 0. */
  dropout?: number;
  /** Whether a query sees only keys up to its own. Defaults to false. */
  useCausalMask?: boolean;
  /** False for plain multi-head attention, A = softmax. Defaults to true. */
  shaped?: boolean;
  /** Whether the heads are followed by a projection. Defaults to true. */
  outputProjection?: boolean;
  /** τ0. Defaults to 1. */
  tau0?: number;
  /** Defaults to `'shaped'`, or `'standard'` with `shaped: false`. */
  temperature?: TemperatureRule;
  /** Defaults to `'standard'`. */
  parametrization?: Parametrization;
  /** Whether A has the identity term γ1 I; without it, γ1 is no weight. Defaults to true. */
  identity?: boolean;
  /** Whether A has the centring term −γ2 C̄; without it, γ2 is no weight. Defaults to true. */
  centring?: boolean;
  /** The initial γ1 of every head. Defaults to 1. */
  gamma1?: number;
  /** The initial γ2 of every head. Defaults to 1. */
  gamma2?: number;
  /** The initial γs of every head. Defaults to 1. */
  gammaS?: number;
  /** Whether γ1 and γ2 train. Defaults to true. */
  trainableGains?: boolean;
  /** Whether γs trains; it is a weight only then. Defaults to false. */
  trainableSoftmaxGain?: boolean;
  /** Which key is a query's own, where their numbers differ. */
  alignment?: Alignment | null;
  /** Whether a call returns `[output, scores]`. Defaults to false. */
  returnAttentionScores?: boolean;
}

const refuse = (name: string, expected: string, got: unknown, advice: string): never => {
  throw new RangeError(
    `ShapedAttention: expected ${name} to be ${expected}, got ${String(got)}. ${advice}`,
  );
};

/** The layer's own arguments with every default filled in. */
export type ShapedAttentionSettings = Required<
  Omit<ShapedAttentionArgs, keyof KerasOptions | keyof KeyedLayerArgs | 'valueDim'>
> & { valueDim: number };

/**
 * The layer's own arguments, checked, with every default filled in.
 *
 * @throws RangeError at the first argument that is out of range or contradicts another.
 */
export function shapedAttentionSettings(args: ShapedAttentionArgs): ShapedAttentionSettings {
  check(args);
  const shaped = args.shaped ?? true;
  return {
    numHeads: args.numHeads,
    keyDim: args.keyDim,
    valueDim: args.valueDim ?? args.keyDim,
    outputShape: args.outputShape ?? null,
    useBias: args.useBias ?? true,
    dropout: args.dropout ?? 0,
    useCausalMask: args.useCausalMask ?? false,
    shaped,
    outputProjection: args.outputProjection ?? true,
    tau0: args.tau0 ?? 1,
    temperature: args.temperature ?? (shaped ? 'shaped' : 'standard'),
    parametrization: args.parametrization ?? 'standard',
    identity: args.identity ?? true,
    centring: args.centring ?? true,
    gamma1: args.gamma1 ?? 1,
    gamma2: args.gamma2 ?? 1,
    gammaS: args.gammaS ?? 1,
    trainableGains: args.trainableGains ?? true,
    trainableSoftmaxGain: args.trainableSoftmaxGain ?? false,
    alignment: args.alignment ?? null,
    returnAttentionScores: args.returnAttentionScores ?? false,
  };
}

function check(args: ShapedAttentionArgs): void {
  const sizes = {
    numHeads: args.numHeads,
    keyDim: args.keyDim,
    valueDim: args.valueDim ?? args.keyDim,
  };
  for (const [name, size] of Object.entries(sizes)) {
    if (!Number.isInteger(size) || size < 1) {
      refuse(name, 'a positive integer', size, 'keyDim is the width of one head.');
    }
  }
  const { dropout = 0, tau0 = 1, outputProjection = true, outputShape } = args;
  if (!(dropout >= 0 && dropout < 1)) {
    refuse('dropout', 'in [0, 1)', dropout, 'Give the probability of dropping a weight.');
  }
  if (!(tau0 > 0) || !Number.isFinite(tau0)) {
    refuse('tau0', 'positive and finite', tau0, 'The usual value is 1.');
  }
  for (const name of ['gamma1', 'gamma2', 'gammaS'] as const) {
    if (!Number.isFinite(args[name] ?? 1)) refuse(name, 'finite', args[name], 'It starts at 1.');
  }
  const temperature = args.temperature ?? 'shaped';
  if (temperature !== 'shaped' && temperature !== 'standard') {
    refuse('temperature', "'shaped' or 'standard'", temperature, 'They are τ0√(n n_k) and τ0√n_k.');
  }
  const parametrization = args.parametrization ?? 'standard';
  if (parametrization !== 'paper' && parametrization !== 'standard') {
    refuse('parametrization', "'paper' or 'standard'", parametrization, 'See its description.');
  }
  if (outputShape != null) {
    const shape = [outputShape].flat();
    if (shape.length === 0 || !shape.every((n) => Number.isInteger(n) && n > 0)) {
      refuse('outputShape', 'positive integers', `[${shape.join(', ')}]`, 'Leave the batch out.');
    }
    if (!outputProjection) {
      refuse(
        'outputShape',
        'absent without an output projection',
        outputShape,
        'Drop one of them.',
      );
    }
  }
}
