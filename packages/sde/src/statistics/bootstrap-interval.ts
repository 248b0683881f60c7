import { ascending } from './ascending.js';
import { checkProbability, checkSample, type Sample } from './check-sample.js';
import { normalCdf, normalQuantile } from './normal.js';
import { quantiles } from './quantile.js';

/** Which interval: quantiles of the replicates, the same mirrored, or corrected (BCa). */
export type BootstrapMethod = 'percentile' | 'basic' | 'bca';

/** What an interval needs besides the replicates. */
export interface BootstrapIntervalOptions {
  estimate: number;
  /** Defaults to 0.95. */
  level?: number;
  /** Defaults to `percentile`. */
  method?: BootstrapMethod;
  /** The statistic with each value left out in turn; needed by `bca`. */
  jackknife?: Sample;
}

/**
 * The confidence interval that bootstrap replicates give.
 *
 * `percentile`: their quantiles at (1 ∓ level)/2. `basic`: `2 estimate − ` the opposite quantile.
 * `bca`: quantiles at `Φ(z₀ + (z₀ + z)/(1 − a (z₀ + z)))`, with z₀ from the fraction of replicates
 * below the estimate (ties count half) and the acceleration
 * `a = Σ d³ / (6 (Σ d²)^{3/2})`, d the mean of the jackknife values less each of them. Source: Efron
 * and Tibshirani (1993), chapters 13 and 14.
 *
 * @throws RangeError for too few values, a value that is not finite, or `bca` without a jackknife or
 *   with all replicates on one side of the estimate
 */
export function bootstrapInterval(
  replicates: Sample,
  options: BootstrapIntervalOptions,
): { lower: number; upper: number } {
  checkSample('bootstrapInterval', 'replicates', replicates, 2);
  const { estimate, level = 0.95, method = 'percentile', jackknife } = options;
  checkProbability('bootstrapInterval', 'level', level, true);
  const sorted = ascending(replicates);
  // Every resample agrees: all three intervals are this one point.
  if (sorted[0] === sorted[sorted.length - 1] && sorted[0] === estimate) {
    return { lower: estimate, upper: estimate };
  }
  const tails = [(1 - level) / 2, (1 + level) / 2];
  const [lower, upper] = quantiles(
    sorted,
    method === 'bca' ? tails.map(correction(sorted, estimate, jackknife)) : tails,
  );
  return method === 'basic'
    ? { lower: 2 * estimate - upper, upper: 2 * estimate - lower }
    : { lower, upper };
}

/** Maps a nominal probability to the corrected one. */
function correction(
  sorted: Float64Array,
  estimate: number,
  jackknife: Sample | undefined,
): (p: number) => number {
  if (!jackknife) {
    throw new RangeError(
      'bootstrapInterval: expected jackknife values for bca, got none. Pass them, or choose percentile.',
    );
  }
  checkSample('bootstrapInterval', 'jackknife', jackknife, 2);
  let below = 0;
  for (const value of sorted) below += value < estimate ? 1 : value === estimate ? 0.5 : 0;
  const z0 = normalQuantile(below / sorted.length);
  if (!Number.isFinite(z0)) {
    throw new RangeError(
      `bootstrapInterval: expected replicates on both sides of the estimate ${estimate}, got all on one. Use percentile, or more resamples.`,
    );
  }
  let mean = 0;
  for (let i = 0; i < jackknife.length; i++) mean += jackknife[i] / jackknife.length;
  let [squares, cubes] = [0, 0];
  for (let i = 0; i < jackknife.length; i++) {
    const d = mean - jackknife[i];
    squares += d * d;
    cubes += d * d * d;
  }
  const acceleration = squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
  return (p) => {
    const shifted = z0 + normalQuantile(p);
    return normalCdf(z0 + shifted / (1 - acceleration * shifted));
  };
}
