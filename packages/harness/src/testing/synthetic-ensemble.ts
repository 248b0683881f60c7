import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { gramMetricNames, type GramMetricName } from '../metrics/index.js';
import type { MetricEnsemble } from '../predict/index.js';

/**
 * An ensemble of one record whose `names` are independent N(shift, sd²) and whose other metrics are
 * undefined.
 */
export function syntheticEnsemble(
  names: readonly GramMetricName[],
  {
    members,
    seed,
    shift = 0,
    sd = 1,
  }: { members: number; seed: number; shift?: number; sd?: number },
): MetricEnsemble {
  const stream = new Stream(foldIn(keyFromSeed(seed), 'synthetic ensemble'));
  const metrics = new Float64Array(members * gramMetricNames.length).fill(NaN);
  for (let member = 0; member < members; member++) {
    for (const name of names) {
      const at = member * gramMetricNames.length + gramMetricNames.indexOf(name);
      metrics[at] = shift + sd * stream.normal();
    }
  }
  return { metrics, records: 1 };
}
