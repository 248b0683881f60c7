import { expect, it } from 'vitest';
import { memoryTokens, packedWindows } from '../data/index.js';
import { probeInputs, probeWindows } from './probe-inputs.js';

it('takes 64 tokens, in at most four windows', () => {
  expect([8, 16, 24, 32, 64, 128].map(probeWindows)).toEqual([4, 4, 3, 2, 1, 1]);
});

it('spreads different windows over the text, and takes those there are of a short one', () => {
  const windowsOf = (tokens: number) =>
    packedWindows(memoryTokens(Int32Array.from({ length: tokens }, (_, i) => i)), 16);
  const ids = probeInputs(windowsOf(400));
  expect(ids).toHaveLength(4 * 16);
  expect(new Set(ids).size).toBe(4 * 16);
  expect(probeInputs(windowsOf(17))).toEqual(Int32Array.from({ length: 16 }, (_, i) => i));
});
