import type { Ensemble } from '../ensemble/ensemble.js';

/** Values of a statistic of V over the paths at the last recorded time. */
export function finalValues(
  ensemble: Ensemble,
  statistic: (V: Float64Array) => number,
): Float64Array {
  const m2 = ensemble.tokens ** 2;
  const records = ensemble.times.length;
  return Float64Array.from({ length: ensemble.paths }, (_, p) => {
    const from = ((p + 1) * records - 1) * m2;
    return statistic(ensemble.V.subarray(from, from + m2));
  });
}

/** Mean, variance and standard error of the mean of a sample. */
export function meanAndError(x: Float64Array) {
  const mean = x.reduce((sum, y) => sum + y, 0) / x.length;
  const variance = x.reduce((sum, y) => sum + (y - mean) ** 2, 0) / (x.length - 1);
  return { mean, variance, error: Math.sqrt(variance / x.length) };
}
