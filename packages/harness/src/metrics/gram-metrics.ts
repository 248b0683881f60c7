import { correlationMetrics } from './correlation-metrics.js';
import { covarianceMetrics } from './covariance-metrics.js';
import type { GramMetric } from './gram-metric.js';
import { gramSummary } from './gram-summary.js';
import type { MetricValue } from './metric-definition.js';
import { NonFiniteError } from './non-finite-error.js';
import { rankMetrics } from './rank-metrics.js';

/** Every metric of a covariance matrix, by name: its text and its code. */
export const gramMetricTable = { ...covarianceMetrics, ...correlationMetrics, ...rankMetrics };

export type GramMetricName = keyof typeof gramMetricTable;

/** The names of all metrics of a covariance matrix, in the order of the table. */
export const gramMetricNames = Object.keys(gramMetricTable) as readonly GramMetricName[];

/** The values of all metrics of one covariance matrix; `null` where one is undefined. */
export type GramMetrics = Record<GramMetricName, MetricValue>;

const entries = Object.entries(gramMetricTable) as [GramMetricName, GramMetric][];

/**
 * All metrics of a covariance matrix, from V alone, in float64.
 *
 * V may be singular or zero: a metric that is then a ratio 0/0 is `null`. A metric is never NaN.
 *
 * @param V covariance `X Xᵀ/n`, symmetric positive semidefinite, [m, m] row-major
 * @param m number of tokens
 * @throws RangeError when V has not m² entries, or is not symmetric
 * @throws NonFiniteError when an entry of V is NaN or infinite, naming its place
 */
export function gramMetrics(V: ArrayLike<number>, m: number): GramMetrics {
  const summary = gramSummary(V, m);
  const metrics = {} as GramMetrics;
  for (const [name, metric] of entries) {
    const value = metric.of(summary);
    if (value !== null && !Number.isFinite(value)) {
      throw new NonFiniteError(
        `gramMetrics: expected a finite ${name}, got ${value}. V overflows float64: rescale it.`,
        0,
        value,
      );
    }
    metrics[name] = value;
  }
  return metrics;
}
