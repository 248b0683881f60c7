import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import * as tf from '@tensorflow/tfjs-core';
import { logitsOf, type LanguageModel } from '../network/index.js';

export interface Continuation {
  /** Token ids to go on from, at least one. */
  prompt: ArrayLike<number>;
  /** Tokens to add. */
  count: number;
  /** Divides the logits; 1 samples the model's own distribution, less is bolder in the likely. */
  temperature: number;
  seed: number;
  /** Token ids never to draw, such as the unknown word. */
  without?: readonly number[];
}

/**
 * Token ids that the model writes after a prompt, drawn from a stream keyed by (seed, position):
 * the same for the same weights and seed. The model sees the last T tokens.
 */
export function continueText(
  network: LanguageModel,
  { prompt, count, temperature, seed, without = [] }: Continuation,
): number[] {
  const key = foldIn(keyFromSeed(seed), 'continuation');
  const excluded = new Set(without);
  const ids = Array.from(prompt);
  for (let i = 0; i < count; i++) {
    const seen = ids.slice(-network.tokens);
    // What stands after the last token is not seen under the causal mask.
    const padded = seen.concat(Array<number>(network.tokens - seen.length).fill(0));
    const logits = tf.tidy(() => {
      const all = logitsOf(network, tf.tensor2d(padded, [1, network.tokens], 'int32'));
      return tf.slice(all, [0, seen.length - 1, 0], [1, 1, -1]);
    });
    const values = logits.dataSync<'float32'>();
    logits.dispose();
    ids.push(draw(values, temperature, excluded, new Stream(key, i).uniform()));
  }
  return ids.slice(prompt.length);
}

/** The index drawn with probability ∝ exp(logit/temperature) by a uniform number. */
function draw(
  logits: Float32Array,
  temperature: number,
  without: ReadonlySet<number>,
  uniform: number,
): number {
  let top = -Infinity;
  logits.forEach((logit, v) => {
    if (!without.has(v)) top = Math.max(top, logit);
  });
  const weights = Float64Array.from(logits, (logit, v) =>
    without.has(v) ? 0 : Math.exp((logit - top) / temperature),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = uniform * total;
  let last = 0;
  for (const [v, weight] of weights.entries()) {
    if (weight === 0) continue;
    last = v;
    left -= weight;
    if (left < 0) break;
  }
  return last;
}
