import { expect, test } from 'vitest';
import { median, quantile, quantiles } from './quantile.js';
import { golden, relativeError, sampleOf } from './testing/golden.js';

test('type-7 quantiles agree with NumPy, one at a time and together', () => {
  const x = sampleOf('skewed');
  const ps = golden.quantiles.map(([p]) => p);
  const together = quantiles(x, ps);
  golden.quantiles.forEach(([p, value], i) => {
    // One interpolation.
    expect(relativeError(quantile(x, p), value)).toBeLessThan(1e-15);
    expect(together[i]).toBe(quantile(x, p));
  });
});

test('the order of the sample does not matter and the sample is left as it was', () => {
  const x = [3, 1, 2];
  expect(quantile(x, 0.25)).toBe(1.5);
  expect(quantile(Float64Array.of(1, 2, 3), 0.25)).toBe(1.5);
  expect(x).toEqual([3, 1, 2]);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(quantile([7], 0.3)).toBe(7);
});

test('infinite values are ordered and never become NaN', () => {
  const times = [1, Infinity, 2, Infinity, 3];
  expect(quantile(times, 0.5)).toBe(3);
  expect(quantile(times, 0.6)).toBe(Infinity);
  expect(quantile(times, 0.9)).toBe(Infinity);
  expect(quantile([-Infinity, 0, 1], 0.2)).toBe(-Infinity);
  expect(() => quantile([-Infinity, Infinity], 0.5)).toThrow(/between two neighbours/);
});

test('bad samples and probabilities are refused', () => {
  expect(() => quantile([], 0.5)).toThrow(/quantile: expected x to hold at least 1 number, got 0/);
  expect(() => quantile([1, NaN], 0.5)).toThrow(/expected no NaN, got NaN at x\[1\]/);
  expect(() => quantile([1], 95)).toThrow(/expected p in \[0, 1\], got 95/);
  expect(() => quantiles([1], [0.5, -1])).toThrow(/expected ps\[1\] in \[0, 1\]/);
});
