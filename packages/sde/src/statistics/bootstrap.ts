import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { bootstrapInterval, type BootstrapMethod } from './bootstrap-interval.js';
import { checkCount, checkProbability, checkSample, type Sample } from './check-sample.js';
import { moments } from './moments.js';

/** What a bootstrap found. */
export interface BootstrapResult {
  /** The statistic of the sample itself. */
  estimate: number;
  /** Standard deviation of the statistic over the resamples. */
  standardError: number;
  /** Mean of the statistic over the resamples, less the estimate. */
  bias: number;
  lower: number;
  upper: number;
  /** The statistic of each resample, in the order drawn. */
  replicates: Float64Array;
}

/** How to resample. */
export interface BootstrapOptions {
  /** Defaults to 2000. */
  resamples?: number;
  seed: number;
  /** Confidence level of the interval. Defaults to 0.95. */
  level?: number;
  /** Defaults to `bca`. */
  method?: BootstrapMethod;
}

/**
 * The bootstrap of any statistic of a sample of independent values: standard error, bias and a
 * confidence interval.
 *
 * Draws n values with replacement, `resamples` times. Deterministic in `seed`; each resample has its
 * own stream. The interval is approximate, and poor for extremes (maximum, high quantiles) and below
 * some 20 values. Source: B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993).
 *
 * @param statistic maps values to a number; it must not keep or change the array it is given
 * @throws RangeError for fewer than two values, a value that is not finite, a bad option, or a
 *   statistic that is not finite
 */
export function bootstrap(
  x: Sample,
  statistic: (values: Float64Array) => number,
  options: BootstrapOptions,
): BootstrapResult {
  checkSample('bootstrap', 'x', x, 2);
  const { resamples = 2000, seed, level = 0.95, method = 'bca' } = options;
  checkCount('bootstrap', 'resamples', resamples, 2);
  checkProbability('bootstrap', 'level', level, true);
  const values = Float64Array.from(x);
  const n = values.length;
  const evaluate = (sample: Float64Array) => {
    const value = statistic(sample);
    if (!Number.isFinite(value)) {
      throw new RangeError(
        `bootstrap: expected the statistic to be finite, got ${value} on a resample. Use a statistic defined for repeated values.`,
      );
    }
    return value;
  };
  const estimate = evaluate(values.slice());
  const key = foldIn(keyFromSeed(seed), 'bootstrap');
  const resample = new Float64Array(n);
  const replicates = new Float64Array(resamples);
  for (let b = 0; b < resamples; b++) {
    const stream = new Stream(key, b);
    for (let i = 0; i < n; i++) resample[i] = values[stream.integer(n)];
    replicates[b] = evaluate(resample);
  }
  const jackknife = method === 'bca' ? leaveOneOut(values, evaluate) : undefined;
  const { mean, standardDeviation } = moments(replicates);
  return {
    estimate,
    standardError: standardDeviation,
    bias: mean - estimate,
    ...bootstrapInterval(replicates, { estimate, level, method, jackknife }),
    replicates,
  };
}

/** The statistic with each value left out in turn. */
function leaveOneOut(
  values: Float64Array,
  evaluate: (sample: Float64Array) => number,
): Float64Array {
  const rest = new Float64Array(values.length - 1);
  return Float64Array.from(values, (_, skipped) => {
    rest.set(values.subarray(0, skipped));
    rest.set(values.subarray(skipped + 1), skipped);
    return evaluate(rest);
  });
}
