import { expect, test } from 'vitest';
import { correlationOf } from './correlation-of.js';
import { offDiagonalMean } from './off-diagonal-mean.js';

test('the correlation of a covariance matrix, by hand', () => {
  const rho = correlationOf(Float64Array.of(4, 3, 3, 9), 2);
  expect([...rho]).toEqual([1, 0.5, 0.5, 1]);
});

test('scaling a token changes nothing, and equal tokens have exactly at most 1', () => {
  const V = Float64Array.of(1.3, 0.4, -0.2, 0.4, 0.8, 0.25, -0.2, 0.25, 1.1);
  const scales = [3, 0.01, 7];
  const scaled = V.map((v, i) => v * scales[Math.floor(i / 3)] * scales[i % 3]);
  correlationOf(scaled, 3).forEach((rho, i) => {
    expect(rho).toBeCloseTo(correlationOf(V, 3)[i], 15);
  });
  for (const v of [0.1, 0.3, 1.7, 49]) {
    const rho = correlationOf(new Float64Array(4).fill(v), 2);
    expect(Math.max(...rho)).toBeLessThanOrEqual(1);
    expect(rho[1]).toBeCloseTo(1, 15);
  }
});

test('the diagonal is exactly 1 whatever the rounding', () => {
  for (let v = 0.1; v < 100; v *= 1.37) {
    expect([...correlationOf(Float64Array.of(v, 0, 0, 1 / v), 2)]).toEqual([1, 0, 0, 1]);
  }
});

test('it writes into a view, and may write in place', () => {
  const V = Float64Array.of(4, 3, 3, 9);
  const out = new Float64Array(8);
  expect(correlationOf(V, 2, out.subarray(4))).toEqual(correlationOf(V, 2));
  expect([...out.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
  expect(correlationOf(V, 2, V)).toBe(V);
  expect([...V]).toEqual([1, 0.5, 0.5, 1]);
});

test('the mean off the diagonal ignores the diagonal', () => {
  expect(offDiagonalMean([9, 1, 2, 3, 9, 4, 5, 6, 9], 3)).toBe(3.5);
  expect(offDiagonalMean(new Float64Array(16).fill(1), 4)).toBe(1);
});

test('wrong sizes and tokens of zero norm are refused', () => {
  expect(() => correlationOf(new Float64Array(3), 2)).toThrow(/expected V to hold 2×2 = 4 numbers/);
  expect(() => correlationOf(new Float64Array(4), 2)).toThrow(/V\[0\]\[0\] = 0/);
  expect(() => correlationOf(Float64Array.of(1, 0, 0, NaN), 2)).toThrow(/V\[1\]\[1\] = NaN/);
  expect(() => offDiagonalMean([1], 1)).toThrow(/expected m to be an integer of at least 2/);
  expect(() => offDiagonalMean([1, 2], 2)).toThrow(/expected M to hold 2×2/);
});
