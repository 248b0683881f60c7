import { attentionMetricTable, type AttentionMetricName } from './attention-metrics.js';
import { gradientMetricTable, type GradientMetricName } from './gradient-metrics.js';
import { gramMetricTable, type GramMetricName } from './gram-metrics.js';
import type { MetricDefinition, MetricText } from './metric-definition.js';

/** The name of a metric: the one word for it in code, logs, charts and documents. */
export type MetricName = GramMetricName | AttentionMetricName | GradientMetricName;

function define<Name extends MetricName>(
  source: MetricDefinition['source'],
  table: Record<Name, MetricText>,
): MetricDefinition<Name>[] {
  return (Object.keys(table) as Name[]).map((name) => {
    const { title, formula, axis, normalisation, unit, description, range } = table[name];
    return { name, source, title, formula, axis, normalisation, unit, description, range };
  });
}

/** Every metric in the order in which they are shown; plain JSON. */
export const METRICS: readonly MetricDefinition<MetricName>[] = [
  ...define<GramMetricName>('covariance', gramMetricTable),
  ...define<AttentionMetricName>('attention', attentionMetricTable),
  ...define<GradientMetricName>('gradient', gradientMetricTable),
];

const byName = new Map<string, MetricDefinition<MetricName>>(METRICS.map((m) => [m.name, m]));

/**
 * The definition of a metric.
 *
 * @throws RangeError when there is no metric of this name
 */
export function metricDefinition(name: string): MetricDefinition<MetricName> {
  const definition = byName.get(name);
  if (definition !== undefined) return definition;
  throw new RangeError(
    `metricDefinition: expected the name of a metric, got "${name}". The metrics are ${[...byName.keys()].join(', ')}.`,
  );
}

/** Whether there is a metric of this name. */
export function isMetricName(name: string): name is MetricName {
  return byName.has(name);
}
