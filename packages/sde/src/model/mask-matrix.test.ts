import { expect, test } from 'vitest';
import { centringMatrix, inverseKeyCounts, maskMatrix } from './mask-matrix.js';

test('the full mask centres with 1/m, the causal one with 1/i on the first i keys', () => {
  expect([...centringMatrix('full', 2)]).toEqual([0.5, 0.5, 0.5, 0.5]);
  expect([...centringMatrix('causal', 3)]).toEqual([1, 0, 0, 1 / 2, 1 / 2, 0, 1 / 3, 1 / 3, 1 / 3]);
});

test('a query without allowed keys has a zero row, not NaN', () => {
  const mask = [
    [0, 0],
    [0, 1],
  ] as const;
  expect([...inverseKeyCounts(maskMatrix(mask, 2), 2)]).toEqual([0, 1]);
  expect([...centringMatrix(mask, 2)]).toEqual([0, 0, 0, 1]);
});
