import { checkProbability } from './check-sample.js';

/**
 * Bonferroni's adjusted p-values `min(1, k p)` of k tests: rejecting those at most alpha keeps the
 * chance of any false rejection below alpha, under every dependence.
 *
 * @throws RangeError when a p-value is outside [0, 1]
 */
export function bonferroni(pValues: ArrayLike<number>): Float64Array {
  for (let i = 0; i < pValues.length; i++) {
    checkProbability('bonferroni', `pValues[${i}]`, pValues[i]);
  }
  return Float64Array.from(pValues, (p) => Math.min(1, pValues.length * p));
}
