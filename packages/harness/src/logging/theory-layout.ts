import { metricDefinition, type GramMetricName } from '../metrics/index.js';
import type { Theory } from '../predict/index.js';
import type { ChartCategory } from '../tensorboard/index.js';

/** Metrics with a chart of the network inside the band of each theory. */
export const CHARTED_METRICS: readonly GramMetricName[] = [
  'correlationMean',
  'logNormMean',
  'effectiveRank',
  'stableRank',
  'distanceToEqualTokens',
];

const THEORY_TITLE: Record<Theory, string> = {
  sde: 'Network inside the 5–95 % band of the SDE',
  chain: 'Network inside the 5–95 % band of the exact finite-width chain',
};

/** The tags of one chart; TensorBoard needs all of them at equal steps. */
export function bandTags(theory: Theory, metric: GramMetricName) {
  const tag = (what: string) => `${theory}_band/${metric}/${what}`;
  return {
    network: tag('network'),
    median: tag('median'),
    lower: tag('lower'),
    upper: tag('upper'),
  };
}

/** The custom-scalar page: a margin chart a metric and theory. */
export function theoryLayout(theories: readonly Theory[]): ChartCategory[] {
  return theories.map((theory) => ({
    title: THEORY_TITLE[theory],
    charts: CHARTED_METRICS.map((metric) => {
      const { network, median, lower, upper } = bandTags(theory, metric);
      return {
        title: metricDefinition(metric).title,
        series: [
          { value: network, lower, upper },
          { value: median, lower, upper },
        ],
      };
    }),
  }));
}
