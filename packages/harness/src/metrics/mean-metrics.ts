import type { MetricValue } from './metric-definition.js';

/**
 * The mean of each metric over sequences, for the ones where it is defined; `null` where it is
 * defined for none.
 *
 * A quantile is so the mean over sequences of the quantile within one sequence, not a quantile of
 * the pooled pairs.
 *
 * @throws RangeError when the list is empty
 */
export function meanMetrics<Name extends string>(
  list: readonly Readonly<Record<Name, MetricValue>>[],
): Record<Name, MetricValue> {
  if (list.length === 0) {
    throw new RangeError('meanMetrics: expected at least one sequence, got none. Pass a probe.');
  }
  const means = {} as Record<Name, MetricValue>;
  for (const name of Object.keys(list[0]) as Name[]) {
    let sum = 0;
    let count = 0;
    for (const metrics of list) {
      const value = metrics[name];
      if (value === null) continue;
      sum += value;
      count++;
    }
    means[name] = count > 0 ? sum / count : null;
  }
  return means;
}
