import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { logitsOf } from '../network/index.js';
import { continueText } from './continue-text.js';
import { networkOf, smallConfig } from './testing/small-training.js';

beforeAll(() => selectBackend('wasm'));

const VOCABULARY = 5;
const prompt = [1, 4, 2];

/** The model's distribution of the token after the prompt. */
function distribution(network: ReturnType<typeof networkOf>): number[] {
  const ids = tf.tensor2d([...prompt, 0, 0, 0, 0, 0], [1, 8], 'int32');
  const logits = logitsOf(network, ids)
    .dataSync<'float32'>()
    .slice(2 * VOCABULARY, 3 * VOCABULARY);
  const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
  return Array.from(logits, (z) => Math.exp(z) / total);
}

/** With 5 frequencies, a right one leaves this many standard errors with probability 3e-5. */
const ERRORS = 4.5;

describe('continueText', () => {
  it('is the same for the same seed, beyond the length of a sequence too', () => {
    const network = networkOf(smallConfig(), VOCABULARY);
    const options = { prompt, count: 20, temperature: 1 };
    const text = continueText(network, { ...options, seed: 3 });
    expect(text).toHaveLength(20);
    expect(continueText(network, { ...options, seed: 3 })).toEqual(text);
    expect(continueText(network, { ...options, seed: 4 })).not.toEqual(text);
  });

  it("draws from the model's distribution after the last token of the prompt", () => {
    const network = networkOf(smallConfig(), VOCABULARY);
    const p = distribution(network);
    const draws = 1000;
    const counts = new Array<number>(VOCABULARY).fill(0);
    for (let seed = 0; seed < draws; seed++) {
      counts[continueText(network, { prompt, count: 1, temperature: 1, seed })[0]]++;
    }
    counts.forEach((count, v) => {
      const error = Math.sqrt((p[v] * (1 - p[v])) / draws);
      expect(Math.abs(count / draws - p[v])).toBeLessThan(ERRORS * error);
    });
  });

  it('takes the likeliest token at a low temperature, and never one that is excluded', () => {
    const network = networkOf(smallConfig(), VOCABULARY);
    const p = distribution(network);
    const order = p.map((_, v) => v).sort((a, b) => p[b] - p[a]);
    const options = { prompt, count: 1, temperature: 1e-6, seed: 0 };
    expect(continueText(network, options)).toEqual([order[0]]);
    expect(continueText(network, { ...options, without: [order[0]] })).toEqual([order[1]]);
  });
});
