import { deriveSeed } from '@shaped/random';
import {
  decodeWithMarks,
  markIds,
  type Batch,
  type Text,
  type TrainingText,
} from '../../data/index.js';
import type { LanguageModel } from '../../network/index.js';
import { continueText } from '../continue-text.js';
import { fillHidden } from './fill-hidden.js';

/** Tokens the sample adds, and how bold it is: 0.8 keeps rare slips from derailing the text. */
const CONTINUATION = { count: 40, temperature: 0.8 };

/** A piece of the validation text, and what a model makes of it. */
export interface Sample {
  /** What the model is given; hidden tokens are shown as [MASK]. */
  prompt: string;
  /** How it goes on, or the same piece with the hidden tokens as it tells them. */
  continuation: string;
}

/**
 * What a trained model makes of the validation text: how it goes on after half a sequence, or, where
 * it learned to tell hidden tokens, what it takes them for.
 *
 * @param validation batches of the validation text
 */
export function sampleText(
  network: LanguageModel,
  { tokenizer }: Pick<Text, 'tokenizer'>,
  { vocabulary, validation: { objective }, probe }: TrainingText,
  validation: readonly Batch[],
  seed: number,
): Sample {
  const { unknown } = tokenizer;
  const without = [...markIds(vocabulary), ...(unknown === undefined ? [] : [unknown])];
  const show = (ids: ArrayLike<number>) => decodeWithMarks(ids, tokenizer, vocabulary);
  if (objective.name === 'masked') {
    const [batch] = validation;
    const given = batch.inputs.subarray(0, network.tokens);
    return { prompt: show(given), continuation: show(fillHidden(network, batch, without)) };
  }
  const prompt = probe.spread(1)[0].subarray(0, Math.ceil(network.tokens / 2));
  const written = continueText(network, {
    ...{ prompt, ...CONTINUATION, without },
    seed: deriveSeed(seed, 'train', 'sample'),
  });
  return { prompt: show(prompt), continuation: show(written) };
}
