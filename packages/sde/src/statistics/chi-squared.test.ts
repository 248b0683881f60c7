import { expect, test } from 'vitest';
import { chiSquaredCdf, chiSquaredQuantile, chiSquaredSurvival } from './chi-squared.js';
import { normalTwoSided } from './normal.js';
import { golden, relativeError } from './testing/golden.js';

// The smaller tail carries the rounding of an exponent of up to some 600.
const TOLERANCE = 1e-12;

test('both tails agree with mpmath for 0.3 to 20,000 degrees of freedom', () => {
  for (const [x, df, lower, upper] of golden.chiSquared) {
    expect(relativeError(chiSquaredCdf(x, df), lower)).toBeLessThan(TOLERANCE);
    expect(relativeError(chiSquaredSurvival(x, df), upper)).toBeLessThan(TOLERANCE);
  }
});

test('quantiles agree with SciPy', () => {
  for (const [p, df, x] of golden.chiSquaredQuantile) {
    expect(relativeError(chiSquaredQuantile(p, df), x)).toBeLessThan(TOLERANCE);
  }
});

test('one degree of freedom is a squared normal, two an exponential', () => {
  for (const z of [0.1, 1, 3, 10]) {
    expect(relativeError(chiSquaredSurvival(z * z, 1), normalTwoSided(z))).toBeLessThan(TOLERANCE);
    expect(relativeError(chiSquaredSurvival(z, 2), Math.exp(-z / 2))).toBeLessThan(TOLERANCE);
    expect(relativeError(chiSquaredQuantile(1 - Math.exp(-z / 2), 2), z)).toBeLessThan(1e-11);
  }
});

test('the ends are exact', () => {
  expect(chiSquaredCdf(0, 3)).toBe(0);
  expect(chiSquaredCdf(-1, 3)).toBe(0);
  expect(chiSquaredSurvival(Infinity, 3)).toBe(0);
  expect(chiSquaredQuantile(0, 3)).toBe(0);
  expect(chiSquaredQuantile(1, 3)).toBe(Infinity);
});

test('degrees of freedom that are not positive are refused', () => {
  expect(() => chiSquaredCdf(1, 0)).toThrow(/chiSquaredCdf: expected df to be positive/);
  expect(() => chiSquaredQuantile(0.5, NaN)).toThrow(/expected df to be positive/);
  expect(() => chiSquaredQuantile(2, 1)).toThrow(/expected p in \[0, 1\]/);
});
