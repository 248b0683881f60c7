import { expect, test } from 'vitest';
import { normalCdf, normalQuantile } from './normal.js';
import { studentCdf, studentQuantile, studentTwoSided } from './student-t.js';
import { golden, relativeError } from './testing/golden.js';

// The smaller tail carries the rounding of an exponent of up to some 600.
const TOLERANCE = 1e-12;

test('both tails agree with mpmath for 0.5 to 5,000 degrees of freedom', () => {
  for (const [t, df, upper, lower] of golden.studentT) {
    expect(relativeError(studentCdf(-t, df), upper)).toBeLessThan(TOLERANCE);
    expect(relativeError(studentCdf(t, df), lower)).toBeLessThan(TOLERANCE);
    expect(relativeError(studentTwoSided(t, df), 2 * upper)).toBeLessThan(TOLERANCE);
  }
});

test('quantiles agree with SciPy', () => {
  for (const [p, df, t] of golden.studentQuantile) {
    if (p === 0.5) expect(studentQuantile(p, df)).toBe(0);
    else expect(relativeError(studentQuantile(p, df), t)).toBeLessThan(TOLERANCE);
  }
});

test('one degree of freedom is the Cauchy law, infinitely many the normal one', () => {
  for (const x of [0.01, 1, 50]) {
    const cauchy = 0.5 + Math.atan(x) / Math.PI;
    expect(relativeError(studentCdf(x, 1), cauchy)).toBeLessThan(TOLERANCE);
    expect(studentCdf(-x, Infinity)).toBeCloseTo(normalCdf(-x), 15);
  }
  expect(studentQuantile(0.975, Infinity)).toBe(normalQuantile(0.975));
  expect(studentQuantile(0, 5)).toBe(-Infinity);
  expect(studentQuantile(1, 5)).toBe(Infinity);
});

test('degrees of freedom that are not positive are refused', () => {
  expect(() => studentCdf(1, 0)).toThrow(/studentCdf: expected df to be positive, got 0/);
  expect(() => studentQuantile(-1, 3)).toThrow(/expected p in \[0, 1\]/);
});
