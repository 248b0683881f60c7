import { expect, test } from 'vitest';
import {
  normalCdf,
  normalDensity,
  normalQuantile,
  normalSurvival,
  normalTwoSided,
} from './normal.js';
import { golden, relativeError } from './testing/golden.js';

// Rounding of z²/2 alone costs |z|²/2 units in the last place: 1.5e-13 at 37.
const FAR_TAIL = 3e-13;

test('both tails have full relative accuracy from -37 to 6 (mpmath)', () => {
  for (const [z, below, above] of golden.normal) {
    expect(relativeError(normalCdf(z), below)).toBeLessThan(FAR_TAIL);
    expect(relativeError(normalSurvival(z), above)).toBeLessThan(FAR_TAIL);
  }
});

test('the quantile has full relative accuracy (mpmath) and inverts the distribution function', () => {
  for (const [p, z] of golden.normalQuantile) {
    // 1 − p is rounded: at 0.9999 that alone is 1e-12 of the tail.
    expect(relativeError(normalQuantile(p), z)).toBeLessThan(1e-13);
    expect(relativeError(normalCdf(normalQuantile(p)), p)).toBeLessThan(1e-13);
  }
  for (const exponent of [-20, -100, -300]) {
    const p = 10 ** exponent;
    expect(relativeError(normalCdf(normalQuantile(p)), p)).toBeLessThan(FAR_TAIL);
  }
});

test('exact values at the centre and the ends', () => {
  expect(normalCdf(0)).toBe(0.5);
  expect(normalCdf(-Infinity)).toBe(0);
  expect(normalCdf(Infinity)).toBe(1);
  expect(normalQuantile(0)).toBe(-Infinity);
  expect(normalQuantile(0.5)).toBe(0);
  expect(normalQuantile(1)).toBe(Infinity);
  expect(normalTwoSided(0)).toBe(1);
  expect(normalDensity(0)).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 15);
});

test('a probability outside [0, 1] is refused', () => {
  for (const p of [-0.1, 1.1, NaN]) {
    expect(() => normalQuantile(p)).toThrow(/normalQuantile: expected p in \[0, 1\], got/);
  }
});
