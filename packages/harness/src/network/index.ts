export { activationNormalizer } from './activation-normalizer.js';
export { buildBlocks, layerSeed, type BlockTraining } from './build-blocks.js';
export { dropoutPlaces, type DropoutPlace } from './dropout.js';
export { embedWindow, type Embedding } from './embed-window.js';
export { falsified, falsifyWeights, type NegativeControl } from './negative-control.js';
export { followsSlices, headSlices } from './head-slices.js';
export {
  buildLanguageModel,
  languageModel,
  logitsOf,
  type DropoutMasks,
  type ForwardOptions,
  type LanguageModel,
  type LanguageModelOptions,
} from './language-model.js';
export { startMatrices, type StartMatrices } from './start-matrices.js';
export { TiedReadout, type TiedReadoutArgs } from './tied-readout.js';
export { TextEmbedding, type TextEmbeddingArgs } from './text-embedding.js';
