import type { GramMetric } from './gram-metric.js';
import { PAIR_AXIS, TOKEN_AXIS } from './gram-metric.js';

const BY_WIDTH = 'by the width n: V = X Xᵀ/n';

/** Metrics of the entries of V: token norms and the covariance between tokens. */
export const covarianceMetrics = {
  normMean: {
    title: 'mean token norm',
    formula: 'mean_a V_aa, V_aa = ‖x_a‖²/n',
    axis: `mean over ${TOKEN_AXIS}`,
    normalisation: BY_WIDTH,
    unit: 'squared activation per coordinate',
    description: 'The size of the tokens. Steady with depth in a healthy network.',
    range: [0, null],
    of: ({ trace, tokens }) => trace / tokens,
  },
  logNormMean: {
    title: 'mean log token norm',
    formula: 'mean_a ln V_aa',
    axis: `mean over ${TOKEN_AXIS}`,
    normalisation: BY_WIDTH,
    unit: 'nats',
    description:
      'Falls by 2γ² a unit of time in the MLP alone, where the norm itself has no drift. Undefined when a token vanished.',
    range: [null, null],
    of: ({ V, tokens: m }) => {
      let sum = 0;
      for (let a = 0; a < m; a++) {
        if (!(V[a * m + a] > 0)) return null;
        sum += Math.log(V[a * m + a]);
      }
      return sum / m;
    },
  },
  normMin: {
    title: 'smallest token norm',
    formula: 'min_a V_aa',
    axis: `minimum over ${TOKEN_AXIS}`,
    normalisation: BY_WIDTH,
    unit: 'squared activation per coordinate',
    description: 'The smallest token; 0 when a token vanished, whose correlations are undefined.',
    range: [0, null],
    of: ({ V, tokens: m }) => {
      let smallest = V[0];
      for (let a = 1; a < m; a++) smallest = Math.min(smallest, V[a * m + a]);
      return smallest;
    },
  },
  normMax: {
    title: 'largest token norm',
    formula: 'max_a V_aa',
    axis: `maximum over ${TOKEN_AXIS}`,
    normalisation: BY_WIDTH,
    unit: 'squared activation per coordinate',
    description: 'The largest token; grows without bound when the network blows up.',
    range: [0, null],
    of: ({ V, tokens: m }) => {
      let largest = V[0];
      for (let a = 1; a < m; a++) largest = Math.max(largest, V[a * m + a]);
      return largest;
    },
  },
  covarianceMean: {
    title: 'mean covariance between tokens',
    formula: 'mean_{a<b} V_ab',
    axis: `mean over ${PAIR_AXIS}`,
    normalisation: BY_WIDTH,
    unit: 'squared activation per coordinate',
    description: 'The common part of the tokens, unnormalised. Undefined with a single token.',
    range: [null, null],
    of: ({ V, tokens: m }) => {
      if (m < 2) return null;
      let sum = 0;
      for (let a = 1; a < m; a++) for (let b = 0; b < a; b++) sum += V[a * m + b];
      return (2 * sum) / (m * (m - 1));
    },
  },
} as const satisfies Record<string, GramMetric>;
