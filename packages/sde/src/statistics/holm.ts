import { checkProbability } from './check-sample.js';

/**
 * Holm's adjusted p-values, in the order given: the i-th smallest of k becomes
 * `max_{j ≤ i} min(1, (k − j + 1) p_(j))`.
 *
 * Rejecting those at most alpha keeps the chance of any false rejection below alpha, under every
 * dependence, and rejects all that Bonferroni does. Source: S. Holm (1979).
 *
 * @throws RangeError when a p-value is outside [0, 1]
 */
export function holm(pValues: ArrayLike<number>): Float64Array {
  const k = pValues.length;
  for (let i = 0; i < k; i++) checkProbability('holm', `pValues[${i}]`, pValues[i]);
  const order = Array.from({ length: k }, (_, i) => i).sort((a, b) => pValues[a] - pValues[b]);
  const adjusted = new Float64Array(k);
  let floor = 0;
  order.forEach((index, rank) => {
    floor = Math.max(floor, Math.min(1, (k - rank) * pValues[index]));
    adjusted[index] = floor;
  });
  return adjusted;
}
