import { quantile } from '@shaped/sde';
import { gramMetricNames, type GramMetricName } from '../metrics/index.js';

/** The levels of a band, and their keys in the record. */
export const BAND_LEVELS = {
  q025: 0.025,
  q05: 0.05,
  q25: 0.25,
  q50: 0.5,
  q75: 0.75,
  q95: 0.95,
  q975: 0.975,
} as const;

export type BandLevel = keyof typeof BAND_LEVELS;

/** Quantiles of one metric at one layer over an ensemble. */
export type Band = {
  layer: number;
  metric: GramMetricName;
  /** Paths where the metric is defined. */
  count: number;
  mean: number;
} & Record<BandLevel, number>;

/**
 * The bands of every metric at every recorded layer; a metric undefined on all paths has none.
 *
 * @param metrics [members, layers, metrics], NaN where undefined
 */
export function bandsOf(metrics: Float64Array, layers: readonly number[]): Band[] {
  const stride = gramMetricNames.length;
  const members = metrics.length / (layers.length * stride);
  return layers.flatMap((layer, record) =>
    gramMetricNames.flatMap((metric, i) => {
      const values = new Float64Array(members);
      let count = 0;
      let sum = 0;
      for (let member = 0; member < members; member++) {
        const value = metrics[(member * layers.length + record) * stride + i];
        if (Number.isNaN(value)) continue;
        values[count++] = value;
        sum += value;
      }
      if (count === 0) return [];
      const defined = values.subarray(0, count).sort();
      const levels = Object.entries(BAND_LEVELS).map(([key, p]) => [key, quantile(defined, p)]);
      return [{ layer, metric, count, mean: sum / count, ...Object.fromEntries(levels) } as Band];
    }),
  );
}
