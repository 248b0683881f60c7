import type { Architecture } from '@shaped/sde';
import type { Config } from '../config/index.js';
import { updateRuleOf } from '../optimizer/index.js';
import type { TrainingSize } from './memory-estimate.js';

/** What the memory of the training of a configuration depends on. */
export function trainingSize(
  arch: Architecture,
  vocabulary: number,
  { data, train }: Pick<Config, 'data' | 'train'>,
): TrainingSize {
  const { batch, accumulate } = train;
  return {
    ...{ arch, vocabulary, positions: data.positions },
    batch: batch / accumulate,
    accumulate,
    slots: updateRuleOf(train).slots.length,
    tiedEmbeddings: train.model.tiedEmbeddings,
    dropout: train.dropout > 0,
  };
}
