import { expect, test } from 'vitest';
import { stepQuantities } from './step-quantities.js';

const V = [4, 1, 1, 1];
const of = (M: number[], isChange: boolean, from = V) => {
  const out = new Float64Array(3);
  stepQuantities(M, from, 2, isChange, out, 0);
  return [...out];
};

test('changes are relative to the norms before the step', () => {
  // Δ = [[(6 − 4)/4, (2 − 1)/2], [·, (1 − 1)/1]]
  expect(of([6, 2, 2, 1], false)).toEqual([0.25, 0.5, (0.5 ** 2 + 2 * 0.5 ** 2) / 4]);
});

test('a matrix that is already a change is taken as it is', () => {
  expect(of([2, 1, 1, 0], true)).toEqual(of([6, 2, 2, 1], false));
});

test('scaling V and M alike changes nothing', () => {
  const scaled = of([60, 20, 20, 10], false, [40, 10, 10, 10]);
  of([6, 2, 2, 1], false).forEach((value, i) => expect(scaled[i]).toBeCloseTo(value, 12));
});

test('a token of zero norm is left out instead of giving NaN', () => {
  expect(of([5, 0, 0, 0], false, [4, 0, 0, 0])).toEqual([0.25, 0, 0.0625]);
});
