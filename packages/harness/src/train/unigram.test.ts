import { expect, it } from 'vitest';
import { IGNORED, memoryTokens } from '../data/index.js';
import { unigram, unigramLoss } from './unigram.js';

const tokens = memoryTokens(Int32Array.from([0, 0, 0, 1]));

it('adds one to every count, so that an unseen token has a finite loss', () => {
  const { logProbabilities } = unigram(tokens, 3);
  const p = logProbabilities.map(Math.exp);
  [4, 2, 1].forEach((count, token) => expect(p[token]).toBeCloseTo(count / 7, 12));
});

it('has the entropy of the frequencies themselves', () => {
  expect(unigram(tokens, 3).entropy).toBeCloseTo(
    -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25),
    12,
  );
  expect(unigram(memoryTokens(Int32Array.from([2, 2, 2])), 3).entropy).toBe(0);
});

it('charges every target of every batch once, and no ignored one', () => {
  const batches = [
    { inputs: new Int32Array(3), targets: Int32Array.from([0, IGNORED, 2]) },
    { inputs: new Int32Array(1), targets: Int32Array.from([1]) },
  ];
  const expected = -(Math.log(4 / 7) + Math.log(1 / 7) + Math.log(2 / 7)) / 3;
  expect(unigramLoss(unigram(tokens, 3), batches)).toBeCloseTo(expected, 12);
});
