import {
  loadText,
  trainingText,
  validationBatches,
  type Batch,
  type Text,
  type TrainingText,
} from '../data/index.js';
import type { CommandContext } from '../context.js';
import { VALIDATION_BATCHES } from './evaluation.js';
import { probeInputs } from './probe-inputs.js';
import { unigram, unigramLoss, type Unigram } from './unigram.js';

/** What a training takes from the text of its configuration. */
export interface TrainingMaterials {
  text: Text;
  training: TrainingText;
  /** What the validation loss is taken from. */
  validation: Batch[];
  /** Token ids that the layers are measured on, [windows, T]. */
  probe: Int32Array;
  /** Of the text trained on. */
  frequencies: Unigram;
  /** The loss of those frequencies on the validation batches, nats. */
  unigramLoss: number;
}

/**
 * Reads the text of a configuration and cuts it into what trains, what validates and what the layers
 * are measured on.
 *
 * @param tokens T, the tokens of a sequence
 * @throws Failure when the text cannot be read, or (exit code 2) is too short
 */
export async function trainingMaterials(
  { config, reporter, signal }: Pick<CommandContext, 'config' | 'reporter' | 'signal'>,
  tokens: number,
): Promise<TrainingMaterials> {
  const { train: settings, seed } = config;
  const text = await loadText(config, { reporter, signal });
  const training = trainingText(text, settings, tokens);
  const validation = validationBatches({
    ...{ text: training.validation, batch: settings.batch, count: VALIDATION_BATCHES, seed },
  });
  const frequencies = unigram(training.trainTokens, training.vocabulary.size);
  return {
    ...{ text, training, validation, frequencies },
    probe: probeInputs(training.probe),
    unigramLoss: unigramLoss(frequencies, validation),
  };
}
