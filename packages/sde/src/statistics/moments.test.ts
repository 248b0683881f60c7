import { describe, expect, test } from 'vitest';
import { moments } from './moments.js';
import { normals, rejectionRate, band } from './testing/calibration.js';
import { golden, relativeError, sampleOf } from './testing/golden.js';
import { zTest } from './z-test.js';

// A few hundred additions in float64.
const ROUNDING = 1e-13;

test.each(Object.entries(golden.moments))('moments of %s agree with SciPy', (name, expected) => {
  const found = moments(sampleOf(name));
  for (const [key, value] of Object.entries(expected)) {
    expect(relativeError(found[key as keyof typeof expected] ?? NaN, value), key).toBeLessThan(
      ROUNDING,
    );
  }
});

test('moments of a short list by hand', () => {
  const found = moments([1, 2, 3, 4]);
  expect(found).toMatchObject({ count: 4, mean: 2.5, skewness: 0 });
  expect(found.variance).toBeCloseTo(5 / 3, 15);
  expect(found.standardError).toBeCloseTo(Math.sqrt(5 / 12), 15);
});

test('shape is absent where it is not defined', () => {
  expect(moments([1, 2])).not.toHaveProperty('skewness');
  expect(moments([1, 2, 4])).not.toHaveProperty('kurtosis');
  const constant = moments([0.1, 0.1, 0.1, 0.1, 0.1]);
  expect(constant).toMatchObject({ mean: 0.1, variance: 0, varianceStandardError: 0 });
  expect(constant).not.toHaveProperty('skewness');
});

describe('standard errors are calibrated', () => {
  // z of the true value, alpha 0.05, 600 repeats of 200 values; see `band` for the test's alpha.
  test('of the mean', () => {
    const rate = rejectionRate('mean', 600, 0.05, (stream) => {
      const { mean, standardError } = moments(normals(stream, 200, 3, 2));
      return zTest(mean, standardError, 3).pValue;
    });
    expect(Math.abs(rate - 0.05)).toBeLessThan(band(0.05, 600));
  });

  test('of the variance, for normal and for uniform values', () => {
    for (const uniform of [false, true]) {
      const rate = rejectionRate(`variance ${uniform}`, 600, 0.05, (stream) => {
        const x = uniform
          ? Float64Array.from({ length: 400 }, () => stream.uniform())
          : normals(stream, 400);
        const { variance, varianceStandardError } = moments(x);
        return zTest(variance, varianceStandardError, uniform ? 1 / 12 : 1).pValue;
      });
      expect(Math.abs(rate - 0.05)).toBeLessThan(band(0.05, 600));
    }
  });
});

test('bad samples are refused by name', () => {
  expect(() => moments([])).toThrow(/moments: expected x to hold at least 2 numbers, got 0\./);
  expect(() => moments([1, NaN])).toThrow(/moments: expected finite numbers, got NaN at x\[1\]\./);
  expect(() => moments([1, Infinity])).toThrow(/got Infinity at x\[1\]/);
});
