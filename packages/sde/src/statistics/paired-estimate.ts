import { ascending } from './ascending.js';
import { checkProbability, checkSample, type Sample } from './check-sample.js';
import { normalDensity, normalQuantile } from './normal.js';
import { quantile } from './quantile.js';

/** One number of two laws, from samples whose members come in pairs; see {@link pairedMean}. */
export interface PairedEstimate {
  /** The number in the first sample. */
  readonly first: number;
  /** The number in the second sample. */
  readonly second: number;
  /**
   * Standard error of `a·first + b·second`. Pairs may depend on each other in any way, different
   * pairs not at all.
   */
  standardError(this: void, a: number, b: number): number;
}

/**
 * The means of two samples of equally many members, pair by pair.
 *
 * @throws RangeError when the samples differ in length, hold fewer than two numbers, or one that is
 *   not finite
 */
export function pairedMean(x: Sample, y: Sample): PairedEstimate {
  checkPairs('pairedMean', x, y);
  return estimate(
    x,
    y,
    mean(x),
    mean(y),
    (values, i) => values[i],
    (values, i) => values[i],
  );
}

/**
 * The shares of values ≤ level in two samples, pair by pair: distribution functions at a point.
 *
 * @throws RangeError as {@link pairedMean}
 */
export function pairedProbability(x: Sample, y: Sample, level: number): PairedEstimate {
  checkPairs('pairedProbability', x, y);
  const below = (values: Sample, i: number) => (values[i] <= level ? 1 : 0);
  const share = (values: Sample) => {
    let count = 0;
    for (let i = 0; i < values.length; i++) count += below(values, i);
    return count / values.length;
  };
  return estimate(x, y, share(x), share(y), below, below);
}

/**
 * The p-quantiles of two samples, pair by pair. The standard error is Bahadur's: a sample quantile
 * moves with member i as `s (p − 1[x_i ≤ q])`, with the slope `s = dq/dp` from the quantiles at
 * `p ± h`, h of Hall and Sheather (1988). It needs a density at q, and `n p (1 − p)` of some tens.
 *
 * @throws RangeError as {@link pairedMean}, or when p is outside (0, 1)
 */
export function pairedQuantile(x: Sample, y: Sample, p: number): PairedEstimate {
  checkPairs('pairedQuantile', x, y);
  checkProbability('pairedQuantile', 'p', p, true);
  const influence = (values: Sample) => {
    const sorted = ascending(values);
    const q = quantile(sorted, p);
    const slope = quantileSlope(sorted, p);
    return { q, of: (_: Sample, i: number) => slope * (p - (values[i] <= q ? 1 : 0)) };
  };
  const [a, b] = [influence(x), influence(y)];
  return estimate(x, y, a.q, b.q, a.of, b.of);
}

/** dq/dp of a sorted sample, by the difference of quantiles at p ± h. */
function quantileSlope(sorted: Float64Array, p: number): number {
  const z = normalQuantile(0.975);
  const q = normalQuantile(p);
  const curvature = (1.5 * normalDensity(q) ** 2) / (2 * q * q + 1);
  const h = (z * z * curvature) ** (1 / 3) * sorted.length ** (-1 / 3);
  const [low, high] = [Math.max(0, p - h), Math.min(1, p + h)];
  return (quantile(sorted, high) - quantile(sorted, low)) / (high - low);
}

type Influence = (values: Sample, i: number) => number;

function estimate(
  x: Sample,
  y: Sample,
  first: number,
  second: number,
  ofX: Influence,
  ofY: Influence,
): PairedEstimate {
  const n = x.length;
  return {
    first,
    second,
    standardError(a, b) {
      const combined = Float64Array.from({ length: n }, (_, i) => a * ofX(x, i) + b * ofY(y, i));
      const centre = mean(combined);
      let squares = 0;
      for (let i = 0; i < n; i++) squares += (combined[i] - centre) ** 2;
      return Math.sqrt(squares / (n - 1) / n);
    },
  };
}

function mean(x: Sample): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum / x.length;
}

function checkPairs(caller: string, x: Sample, y: Sample): void {
  checkSample(caller, 'x', x, 2);
  checkSample(caller, 'y', y, 2);
  if (x.length !== y.length) {
    throw new RangeError(
      `${caller}: expected two samples of one length, got ${x.length} and ${y.length}. Pair their members.`,
    );
  }
}
