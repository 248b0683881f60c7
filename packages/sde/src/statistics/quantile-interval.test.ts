import { expect, test } from 'vitest';
import { quantileInterval } from './quantile-interval.js';
import { band, rejectionRate } from './testing/calibration.js';
import { golden, sampleOf } from './testing/golden.js';

test('the ends are the order statistics that SciPy chooses', () => {
  for (const [p, level, low, high] of golden.quantileInterval) {
    const { lower, upper, coverage } = quantileInterval(sampleOf('skewed'), p, level);
    expect([lower, upper]).toEqual([low, high]);
    expect(coverage).toBeGreaterThanOrEqual(level);
  }
});

test('the coverage stated is the coverage found', () => {
  // 1,000 seeded repeats; see `band` for alpha.
  const stated = quantileInterval(
    Float64Array.from({ length: 50 }, (_, i) => i),
    0.9,
  ).coverage;
  const missed = rejectionRate('quantile interval', 1000, 0.5, (stream) => {
    const { lower, upper } = quantileInterval(
      Float64Array.from({ length: 50 }, () => stream.uniform()),
      0.9,
    );
    return lower <= 0.9 && 0.9 < upper ? 1 : 0;
  });
  expect(Math.abs(missed - (1 - stated))).toBeLessThan(band(1 - stated, 1000));
});

test('a sample too small for an end leaves that side open', () => {
  expect(quantileInterval([1, 2, 3], 0.5)).toEqual({
    lower: -Infinity,
    upper: Infinity,
    coverage: 1,
  });
  expect(quantileInterval(sampleOf('skewed'), 0.01).lower).toBe(-Infinity);
});

test('an extreme probability is refused', () => {
  expect(() => quantileInterval([1], 0)).toThrow(/expected p in \(0, 1\), got 0/);
  expect(() => quantileInterval([1], 0.5, 95)).toThrow(/expected level in \(0, 1\), got 95/);
});
