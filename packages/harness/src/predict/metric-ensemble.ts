import { gramMetricNames, type GramMetricName } from '../metrics/index.js';

/** The metrics of an ensemble, of networks or of predicted paths, at some layers. */
export interface MetricEnsemble {
  /** [members, records, metrics], metrics in the order of `gramMetricNames`, NaN where undefined. */
  metrics: Float64Array;
  records: number;
}

/** The defined values of one metric at one record, over the members. */
export function metricColumn(
  { metrics, records }: MetricEnsemble,
  record: number,
  name: GramMetricName,
): Float64Array {
  const stride = gramMetricNames.length;
  const at = gramMetricNames.indexOf(name);
  const values = new Float64Array(metrics.length / (records * stride));
  for (let member = 0; member < values.length; member++) {
    values[member] = metrics[(member * records + record) * stride + at];
  }
  return values.filter((value) => !Number.isNaN(value));
}
