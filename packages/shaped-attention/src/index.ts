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
