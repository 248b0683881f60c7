import { ascending } from './ascending.js';
import { checkProbability, checkSample, type Sample } from './check-sample.js';

/**
 * The p-quantile of a sample, sorted or not: linear interpolation at rank `(n − 1) p` (type 7 of
 * Hyndman and Fan 1996, the default of NumPy and R). Infinite values are ordered like any other.
 *
 * @throws RangeError for an empty sample, a NaN, or p outside [0, 1]
 */
export function quantile(x: Sample, p: number): number {
  checkSample('quantile', 'x', x, 1, true);
  checkProbability('quantile', 'p', p);
  return interpolate(ascending(x), p);
}

/**
 * The quantiles of a sample at several probabilities, in the order of `ps`, for one sort.
 *
 * @throws RangeError for an empty sample, a NaN, or a p outside [0, 1]
 */
export function quantiles(x: Sample, ps: Sample): Float64Array {
  checkSample('quantiles', 'x', x, 1, true);
  for (let i = 0; i < ps.length; i++) checkProbability('quantiles', `ps[${i}]`, ps[i]);
  const sorted = ascending(x);
  return Float64Array.from(ps, (p) => interpolate(sorted, p));
}

/**
 * The median: the quantile at 1/2.
 *
 * @throws RangeError for an empty sample or a NaN
 */
export function median(x: Sample): number {
  checkSample('median', 'x', x, 1, true);
  return interpolate(ascending(x), 0.5);
}

function interpolate(sorted: Float64Array, p: number): number {
  const rank = (sorted.length - 1) * p;
  const below = Math.floor(rank);
  const a = sorted[below];
  if (below === rank) return a;
  const b = sorted[below + 1];
  const t = rank - below;
  if (Number.isFinite(a) && Number.isFinite(b)) return a + t * (b - a);
  if (a === -Infinity && b === Infinity) {
    throw new RangeError(
      `quantile: expected a value between two neighbours, got -Infinity and Infinity at p = ${p}. Ask for another p.`,
    );
  }
  return a === -Infinity ? a : b;
}
