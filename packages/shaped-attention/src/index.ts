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
