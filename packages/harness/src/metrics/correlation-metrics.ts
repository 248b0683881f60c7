import type { GramMetric } from './gram-metric.js';
import { PAIR_AXIS } from './gram-metric.js';
import { quantileOfSorted } from './quantile-of-sorted.js';

const shared = {
  normalisation: 'by both tokens’ norms: ρ_ab = V_ab/√(V_aa V_bb)',
  unit: '1',
  range: [-1, 1],
} as const;

const UNDEFINED = 'Pairs with a zero token are left out; undefined when no pair is left.';

/** The quantile metric of ρ at `percent` percent. */
function quantile(percent: number): GramMetric {
  return {
    ...shared,
    title: percent === 50 ? 'median token correlation' : `${percent} % quantile of correlation`,
    formula: `${percent} % quantile of {ρ_ab}`,
    axis: `quantile (linear interpolation) over ${PAIR_AXIS}`,
    description: `The value that ${percent} % of the pairs lie below. ${UNDEFINED}`,
    of: ({ correlations }) => quantileOfSorted(correlations, percent / 100),
  };
}

/** Metrics of the correlation ρ between tokens, the order parameter of rank collapse. */
export const correlationMetrics = {
  correlationMean: {
    ...shared,
    title: 'mean token correlation',
    formula: 'mean_{a<b} ρ_ab',
    axis: `mean over ${PAIR_AXIS}`,
    description: `1 when all tokens point the same way (rank collapse), 0 when they are orthogonal on average. ${UNDEFINED}`,
    of: ({ correlations }) => {
      if (correlations.length === 0) return null;
      let sum = 0;
      for (let i = 0; i < correlations.length; i++) sum += correlations[i];
      return sum / correlations.length;
    },
  },
  correlationMin: {
    ...shared,
    title: 'smallest token correlation',
    formula: 'min_{a<b} ρ_ab',
    axis: `minimum over ${PAIR_AXIS}`,
    description: `The pair of tokens that is furthest apart. ${UNDEFINED}`,
    of: ({ correlations }) => (correlations.length === 0 ? null : correlations[0]),
  },
  correlationQ05: quantile(5),
  correlationQ25: quantile(25),
  correlationQ50: quantile(50),
  correlationQ75: quantile(75),
  correlationQ95: quantile(95),
  correlationMax: {
    ...shared,
    title: 'largest token correlation',
    formula: 'max_{a<b} ρ_ab',
    axis: `maximum over ${PAIR_AXIS}`,
    description: `The pair of tokens that is closest; 1 for a repeated token. ${UNDEFINED}`,
    of: ({ correlations }) =>
      correlations.length === 0 ? null : correlations[correlations.length - 1],
  },
} as const satisfies Record<string, GramMetric>;
