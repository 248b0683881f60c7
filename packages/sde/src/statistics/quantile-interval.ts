import { ascending } from './ascending.js';
import { checkProbability, checkSample, type Sample } from './check-sample.js';
import { incompleteBeta } from './incomplete-beta.js';

/** A confidence interval whose ends are order statistics. */
export interface QuantileInterval {
  /** −∞ where the sample is too small for a lower end. */
  lower: number;
  /** ∞ where the sample is too small for an upper end. */
  upper: number;
  /** The exact probability of covering, at least the level asked for when the law is continuous. */
  coverage: number;
}

/** P(B ≤ k) for B binomial(n, p), 0 < p < 1: `1 − I_p(k + 1, n − k)`. */
function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return incompleteBeta(p, 1 - p, k + 1, n - k).upper;
}

/** The smallest k in [0, n] with P(B ≤ k) ≥ level. */
function binomialQuantile(level: number, n: number, p: number): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (binomialCdf(middle, n, p) >= level) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * A distribution-free confidence interval of the p-quantile, from two order statistics.
 *
 * The number of values below the true quantile is binomial(n, p), so `[x_(j), x_(k)]` covers it with
 * probability `P(j ≤ B ≤ k − 1)`; j and k leave at most (1 − level)/2 on either side.
 *
 * @throws RangeError for an empty sample, a NaN, or p or level outside (0, 1)
 */
export function quantileInterval(x: Sample, p: number, level = 0.95): QuantileInterval {
  checkSample('quantileInterval', 'x', x, 1, true);
  checkProbability('quantileInterval', 'p', p, true);
  checkProbability('quantileInterval', 'level', level, true);
  const n = x.length;
  const sorted = ascending(x);
  const tail = (1 - level) / 2;
  const j = binomialQuantile(tail, n, p);
  // By symmetry B' = n − B is binomial(n, 1 − p): the upper rank mirrors the lower one.
  const k = n + 1 - binomialQuantile(tail, n, 1 - p);
  return {
    lower: j > 0 ? sorted[j - 1] : -Infinity,
    upper: k <= n ? sorted[k - 1] : Infinity,
    coverage: binomialCdf(k - 1, n, p) - binomialCdf(j - 1, n, p),
  };
}
