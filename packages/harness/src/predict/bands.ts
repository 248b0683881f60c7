import { moments, quantiles } from '@shaped/sde';
import { gramMetricNames, type GramMetricName } from '../metrics/index.js';
import { metricColumn, type MetricEnsemble } from './metric-ensemble.js';

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
 * The bands of every metric at every recorded layer; a metric undefined on all members has none.
 *
 * @param layers the layer of each record
 */
export function bandsOf(ensemble: MetricEnsemble, layers: readonly number[]): Band[] {
  return layers.flatMap((layer, record) =>
    gramMetricNames.flatMap((metric) => {
      const values = metricColumn(ensemble, record, metric);
      if (values.length === 0) return [];
      const quantile = quantiles(values, Object.values(BAND_LEVELS));
      const levels = Object.keys(BAND_LEVELS).map((key, i) => [key, quantile[i]]);
      const { count, mean } = moments(values);
      return [{ layer, metric, count, mean, ...Object.fromEntries(levels) } as Band];
    }),
  );
}
