import { histogramBuckets, type HistogramOptions } from './histogram-buckets.js';
import { doubleMatrix, type PluginValue } from './tensor-value.js';

/** The counts of the values as TensorBoard stores them: a float64 matrix of [left, right, count]. */
export function histogramValue(values: ArrayLike<number>, options?: HistogramOptions): PluginValue {
  return { plugin: 'histograms', value: doubleMatrix(histogramBuckets(values, options), 3) };
}
