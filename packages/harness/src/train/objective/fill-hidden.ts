import * as tf from '@tensorflow/tfjs-core';
import { IGNORED, type Batch } from '../../data/index.js';
import { logitsOf, type LanguageModel } from '../../network/index.js';

/**
 * The first sequence of a batch as the model reads it: every token that is to be told replaced by the
 * one it holds most likely.
 *
 * @param without ids that are never told, such as the marks
 */
export function fillHidden(
  network: LanguageModel,
  { inputs, targets }: Batch,
  without: readonly number[],
): Int32Array {
  const { tokens } = network;
  const sequence = inputs.slice(0, tokens);
  const logits = tf.tidy(() => {
    const all = logitsOf(network, tf.tensor2d(sequence, [1, tokens], 'int32'));
    return all.dataSync<'float32'>();
  });
  const vocabulary = logits.length / tokens;
  const excluded = new Set(without);
  return sequence.map((id, position) => {
    if (targets[position] === IGNORED) return id;
    let best = -1;
    for (let v = 0; v < vocabulary; v++) {
      if (excluded.has(v)) continue;
      const at = position * vocabulary;
      if (best < 0 || logits[at + v] > logits[at + best]) best = v;
    }
    return best;
  });
}
