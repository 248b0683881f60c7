import type { Architecture } from '@shaped/sde';
import { trainedModel, type Config } from '../config/index.js';
import { updateRuleOf } from '../optimizer/index.js';
import type { TrainingSize } from './memory-estimate.js';

/** What the memory of the training of a configuration depends on. */
export function trainingSize(arch: Architecture, vocabulary: number, config: Config): TrainingSize {
  const { data, train } = config;
  const { batch, accumulate } = train;
  const { identity, centring } = trainedModel(config);
  return {
    ...{ arch, vocabulary, positions: data.positions },
    batch: batch / accumulate,
    accumulate,
    slots: updateRuleOf(train).slots.length,
    tiedEmbeddings: train.model.tiedEmbeddings,
    gains: [identity, centring].filter((hasTerm) => hasTerm !== false).length,
    dropout: train.dropout > 0,
  };
}
