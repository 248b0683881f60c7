import type { Parametrization } from '../attention/shaped-attention-args.js';
import type { KeyedLayerArgs } from '../initializer/keyed-layer.js';
import { type BlockOptions, resolveBlock, type ResolvedBlock } from './block-options.js';

export interface TransformerBlockArgs extends KeyedLayerArgs, BlockOptions {
  /** H, the number of heads; divides the width D. Not needed with attention 'none'. */
  numHeads?: number;
  /** K, the width of a head's queries and keys. Defaults to D/H. */
  keyDim?: number;
  /** Whether a query sees only keys up to its own. Defaults to false. */
  useCausalMask?: boolean;
  /** Whether the heads are followed by a projection. Defaults to true. */
  outputProjection?: boolean;
  /** Whether shaped attention has the identity term γ1 I. Defaults to true. */
  identity?: boolean;
  /** Whether shaped attention has the centring term −γ2 C̄. Defaults to true. */
  centring?: boolean;
  /** The initial γ1 of shaped attention, in every head. Defaults to 1. */
  gamma1?: number;
  /** The initial γ2 of shaped attention, in every head. Defaults to 1. */
  gamma2?: number;
  /** Whether γ1 and γ2 of shaped attention train. Defaults to true. */
  trainableGains?: boolean;
  /** The probability of dropping a softmax weight in training. Defaults to 0. */
  dropout?: number;
  /** τ0. Defaults to 1. */
  tau0?: number;
  /** c₊ of the shaped ReLU. Defaults to 0. */
  cPlus?: number;
  /** c₋ of the shaped ReLU. Defaults to -1. */
  cMinus?: number;
  /** a of a smooth activation's scale s = a √n. Defaults to 1. */
  a?: number;
  /** F, the hidden width of the MLP. Defaults to D. */
  mlpDim?: number;
  /** Where the scale of the weights stands. Defaults to 'standard'. */
  parametrization?: Parametrization;
  /** Whether the products add biases; only in the standard parametrisation. Defaults to false. */
  useBias?: boolean;
  /** The epsilon of the norms. Defaults to 1e-6. */
  epsilon?: number;
}

/** A block's own arguments with every default filled in; undefined where the width decides. */
export interface TransformerBlockSettings extends ResolvedBlock {
  numHeads: number | undefined;
  keyDim: number | undefined;
  mlpDim: number | undefined;
  useCausalMask: boolean;
  outputProjection: boolean;
  identity: boolean;
  centring: boolean;
  gamma1: number;
  gamma2: number;
  trainableGains: boolean;
  dropout: number;
  tau0: number;
  cPlus: number;
  cMinus: number;
  a: number;
  parametrization: Parametrization;
  useBias: boolean;
  epsilon: number | undefined;
}

/**
 * A block's own arguments, with every default filled in.
 *
 * @throws RangeError when the heads are missing, or see `resolveBlock`
 */
export function transformerBlockSettings(args: TransformerBlockArgs): TransformerBlockSettings {
  const block = resolveBlock(args);
  if (block.attention !== 'none' && args.numHeads == null) {
    throw new RangeError(
      "TransformerBlock: expected numHeads, got none. Give the number of heads, or attention: 'none'.",
    );
  }
  return {
    ...block,
    numHeads: args.numHeads ?? undefined,
    keyDim: args.keyDim ?? undefined,
    mlpDim: args.mlpDim ?? undefined,
    useCausalMask: args.useCausalMask ?? false,
    outputProjection: args.outputProjection ?? true,
    identity: args.identity ?? true,
    centring: args.centring ?? true,
    gamma1: args.gamma1 ?? 1,
    gamma2: args.gamma2 ?? 1,
    trainableGains: args.trainableGains ?? true,
    dropout: args.dropout ?? 0,
    tau0: args.tau0 ?? 1,
    cPlus: args.cPlus ?? 0,
    cMinus: args.cMinus ?? -1,
    a: args.a ?? 1,
    parametrization: args.parametrization ?? 'standard',
    useBias: args.useBias ?? false,
    epsilon: args.epsilon ?? undefined,
  };
}
