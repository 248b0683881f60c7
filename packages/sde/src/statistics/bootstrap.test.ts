import { describe, expect, test } from 'vitest';
import { bootstrapInterval, type BootstrapMethod } from './bootstrap-interval.js';
import { bootstrap } from './bootstrap.js';
import { moments } from './moments.js';
import { median } from './quantile.js';
import { band, normals, rejectionRate } from './testing/calibration.js';
import { golden, relativeError, sampleOf } from './testing/golden.js';

const mean = (x: Float64Array) => x.reduce((a, b) => a + b) / x.length;

/** The statistic with each value left out. */
const leaveOneOut = (x: Float64Array) => Array.from(x, (_, k) => mean(x.filter((_, i) => i !== k)));

describe('bootstrapInterval', () => {
  test.each(['percentile', 'basic', 'bca'] as BootstrapMethod[])(
    '%s agrees with SciPy on the same replicates',
    (method) => {
      const { replicates, meanReplicates, estimate, jackknife, intervals } = golden.bootstrap;
      const x = sampleOf('skewed');
      const found = [
        bootstrapInterval(replicates, { estimate, jackknife, method, level: 0.9 }),
        bootstrapInterval(meanReplicates, {
          estimate: mean(x),
          jackknife: leaveOneOut(x),
          method,
          level: 0.9,
        }),
      ];
      intervals[method].forEach(([lower, upper], i) => {
        expect(relativeError(found[i].lower, lower)).toBeLessThan(1e-12);
        expect(relativeError(found[i].upper, upper)).toBeLessThan(1e-12);
      });
    },
  );

  test('bca without a jackknife, or with every replicate on one side, is refused', () => {
    expect(() => bootstrapInterval([1, 2], { estimate: 1, method: 'bca' })).toThrow(/jackknife/);
    const oneSided = { estimate: 0, method: 'bca', jackknife: [0, 1] } as const;
    expect(() => bootstrapInterval([1, 2], oneSided)).toThrow(/both sides of the estimate/);
  });
});

describe('bootstrap', () => {
  test('the same seed gives the same replicates; fewer resamples are the first of them', () => {
    const x = sampleOf('skewed');
    const many = bootstrap(x, median, { seed: 3, resamples: 300 });
    const few = bootstrap(x, median, { seed: 3, resamples: 100 });
    expect(many.replicates.subarray(0, 100)).toEqual(few.replicates);
    expect(bootstrap(x, median, { seed: 4, resamples: 100 }).replicates).not.toEqual(
      few.replicates,
    );
    expect(few.estimate).toBe(median(x));
  });

  test('the standard error of a mean is the plug-in one and its bias is none', () => {
    const x = sampleOf('normal');
    const found = bootstrap(x, mean, { seed: 5, resamples: 4000 });
    const plugIn = Math.sqrt((moments(x).variance * 39) / 40 / 40);
    // Five standard errors over 4,000 resamples, 1/√8000 and 1/√4000 of it.
    expect(relativeError(found.standardError, plugIn)).toBeLessThan(5 / Math.sqrt(8000));
    expect(Math.abs(found.bias)).toBeLessThan((5 * plugIn) / Math.sqrt(4000));
  });

  test.each(['percentile', 'basic', 'bca'] as BootstrapMethod[])(
    'the %s interval of a mean covers as often as it says (level 0.9)',
    (method) => {
      const missed = rejectionRate(`bootstrap ${method}`, 300, 0.5, (stream, seed) => {
        const options = { seed, method, level: 0.9, resamples: 399 };
        const { lower, upper } = bootstrap(normals(stream, 60, 1), mean, options);
        return lower <= 1 && 1 <= upper ? 1 : 0;
      });
      expect(Math.abs(missed - 0.1)).toBeLessThan(band(0.1, 300));
    },
  );

  test('every position is drawn equally often, the first and the last too', () => {
    const [n, resamples] = [5, 4000];
    for (let at = 0; at < n; at++) {
      const one = Float64Array.from({ length: n }, (_, i) => (i === at ? 1 : 0));
      const share = mean(bootstrap(one, mean, { seed: 6, resamples }).replicates);
      // Five binomial standard errors over all draws.
      const error = Math.sqrt((1 / n) * (1 - 1 / n)) / Math.sqrt(n * resamples);
      expect(Math.abs(share - 1 / n)).toBeLessThan(5 * error);
    }
  });

  test('a constant sample gives a point', () => {
    const found = bootstrap([2, 2, 2], mean, { seed: 0 });
    expect(found).toMatchObject({ estimate: 2, lower: 2, upper: 2, standardError: 0, bias: 0 });
  });

  test('bad input is refused', () => {
    expect(() => bootstrap([1], mean, { seed: 0 })).toThrow(/bootstrap: expected x to hold/);
    expect(() => bootstrap([1, 2], () => NaN, { seed: 0 })).toThrow(/statistic to be finite/);
    expect(() => bootstrap([1, 2], mean, { seed: 0, level: 95 })).toThrow(/level in \(0, 1\)/);
    expect(() => bootstrap([1, 2], mean, { seed: 0, resamples: 1 })).toThrow(/resamples/);
  });
});
