import { ksDetectable, ksTwoSample, moments, welchTest } from '@shaped/sde';
import { metricDefinition, type GramMetricName } from '../metrics/index.js';
import { metricColumn, type MetricEnsemble } from '../predict/index.js';
import type { Comparison, Measurement } from './finding.js';
import { ROUNDING } from './rounding.js';

/** The metrics whose distributions are compared at the last layer. */
export const COMPARED_METRICS = [
  'correlationMean',
  'logNormMean',
  'effectiveRank',
] as const satisfies readonly GramMetricName[];

/** Means are compared from this many values on: below, Student's law misjudges skewed ones. */
const LEAST_FOR_MEANS = 30;

/** The most measurements that `lastLayerTests` returns. */
export const LAST_LAYER_TESTS = 2 * COMPARED_METRICS.length;

/** A run whose samples cannot tell distributions this far apart decides nothing. */
const KS_RESOLUTION = 0.3;
/** The same for means, in standard deviations of the theory. */
const MEAN_RESOLUTION = 0.75;

/**
 * Kolmogorov–Smirnov tests, and from thirty members on Welch tests, of the distributions at the last layer. Members read windows
 * in turn, so both samples hold the same share of every window and the tests are conservative.
 *
 * @param level of one test, for the detectable effect
 */
export function lastLayerTests(
  comparison: Comparison,
  sample: MetricEnsemble,
  theory: MetricEnsemble,
  level: number,
): Measurement[] {
  const columns = COMPARED_METRICS.map((name) => ({
    name,
    x: metricColumn(sample, sample.records - 1, name),
    y: metricColumn(theory, theory.records - 1, name),
  })).filter(({ x, y }) => x.length > 1 && y.length > 1 && !areOneConstant(x, y));
  return columns.flatMap(({ name, x, y }): Measurement[] => {
    const ks = ksTwoSample(x, y);
    const title = `last layer: ${metricDefinition(name).title}`;
    const distribution: Measurement = {
      comparison,
      quantity: `${title}, distribution`,
      test: 'two-sample Kolmogorov–Smirnov',
      effect: ks.statistic,
      unit: 'KS distance',
      pValue: ks.pValue,
      detectable: ksDetectable(x.length, y.length, level),
      resolution: KS_RESOLUTION,
      tolerance: 0,
    };
    if (Math.min(x.length, y.length) < LEAST_FOR_MEANS) return [distribution];
    const mean = welchTest(x, y);
    const spread = Math.max(Math.sqrt(moments(y).variance), ROUNDING);
    return [
      distribution,
      {
        comparison,
        quantity: `${title}, mean`,
        test: 'Welch',
        effect: mean.effect / spread,
        unit: 'sd of the theory',
        standardError: mean.standardError / spread,
        pValue: mean.pValue,
        detectable: mean.detectable(level) / spread,
        resolution: MEAN_RESOLUTION,
        tolerance: 0,
      },
    ];
  });
}

/** True where both samples hold one and the same value, as norms do after a post-norm. */
function areOneConstant(x: Float64Array, y: Float64Array): boolean {
  const same = (value: number) => Math.abs(value - y[0]) < ROUNDING;
  return x.every(same) && y.every(same);
}
