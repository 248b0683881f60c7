export { drawKeyed, drawNormal, weightSeed } from './initializer/draw-keyed.js';
export {
  KeyedLayer,
  type KeyedLayerArgs,
  type KeyedWeightOptions,
  type LayerArgs,
  type WeightStart,
} from './initializer/keyed-layer.js';
export { KeyedNormal, type Initializer, type KeyedNormalArgs } from './initializer/keyed-normal.js';
export {
  resolveKerasOptions,
  type Constraint,
  type KerasOptions,
  type Regularizer,
  type ResolvedKerasOptions,
} from './initializer/keras-options.js';
export { keyPositions, type Alignment } from './attention/alignment.js';
export type { AttentionCallOptions } from './attention/attention-call.js';
export type { AttentionMaskOptions } from './attention/attention-mask.js';
export { dropoutMask } from './attention/dropout-mask.js';
export type { Parametrization, ShapedAttentionArgs } from './attention/shaped-attention-args.js';
export { ShapedAttention } from './attention/shaped-attention-layer.js';
export {
  shapedAttention,
  shapedAttentionWithScores,
  type AttentionTaps,
  type Gain,
  type ShapedAttentionOptions,
} from './attention/shaped-attention.js';
export { attentionTemperature, type TemperatureRule } from './attention/temperature.js';
export { activationNormalizer } from './activation/activation-normalizer.js';
export { reluNormalizer } from './activation/relu-normalizer.js';
export { reluSlopes, type ReluShape } from './activation/relu-slopes.js';
export type { ActivationName } from './activation/resolve-activation.js';
export { shapedActivation, type SmoothShape } from './activation/shaped-activation.js';
export {
  ShapedActivation,
  type ShapedActivationArgs,
} from './activation/shaped-activation-layer.js';
export { shapedRelu } from './activation/shaped-relu.js';
export { ShapedReLU, type ShapedReLUArgs } from './activation/shaped-relu-layer.js';
export type { SmoothName } from './activation/smooth.js';
export { layerNorm } from './norm/layer-norm.js';
export { LayerNorm, type LayerNormArgs } from './norm/layer-norm-layer.js';
export type { NormArgs } from './norm/norm.js';
export { rmsNorm } from './norm/rms-norm.js';
export { RMSNorm } from './norm/rms-norm-layer.js';
export { NORM_EPSILON } from './norm/standardize.js';
export {
  resolveBlock,
  type BlockKind,
  type BlockOptions,
  type ResolvedBlock,
} from './block/block-options.js';
export { residual, skipWeight, type ResidualWeights } from './block/residual.js';
export { DEFAULT_GAMMA, ResidualBranch, type ResidualBranchArgs } from './block/residual-branch.js';
export { ShapedMLP, type MLPTaps, type ShapedMLPArgs } from './block/shaped-mlp.js';
export {
  TransformerBlock,
  type BlockCallOptions,
  type BlockTaps,
} from './block/transformer-block.js';
export type { TransformerBlockArgs } from './block/transformer-block-args.js';
export { checkpoint, type CheckpointOptions } from './checkpoint/checkpoint.js';
export { replayed } from './checkpoint/replayed.js';
