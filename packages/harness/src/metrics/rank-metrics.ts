import type { GramMetric } from './gram-metric.js';
import { SPECTRUM_AXIS } from './gram-metric.js';

/**
 * Resolution of the numerical rank, relative to T σ₁: the machine epsilon of float32, the precision
 * in which networks run. NumPy's `matrix_rank` uses the same rule, with max(T, n) for T. The same
 * tolerance serves the float64 chains and the SDE, so that they compare with networks.
 */
export const RANK_EPSILON = 2 ** -23;

const ZERO = 'Undefined when every token is zero.';

/** Σ λ_a over the spectrum. */
function total(values: Float64Array): number {
  let sum = 0;
  for (let a = 0; a < values.length; a++) sum += values[a];
  return sum;
}

/** Metrics of how many directions the tokens span; σ_a = √(n λ_a) with λ the eigenvalues of V. */
export const rankMetrics = {
  stableRank: {
    title: 'stable rank',
    formula: '‖X‖_F²/‖X‖₂² = Σ_a λ_a/λ₁',
    axis: `sum over ${SPECTRUM_AXIS}`,
    normalisation: 'by the largest: unchanged when X is scaled or rotated',
    unit: 'dimensions',
    description: `From 1 (all tokens on one line) to T (orthogonal tokens of equal norm). ${ZERO}`,
    range: [1, null],
    of: ({ eigenvalues }) => (eigenvalues[0] > 0 ? total(eigenvalues) / eigenvalues[0] : null),
  },
  effectiveRank: {
    title: 'effective rank',
    formula: 'exp(−Σ_a p_a ln p_a), p_a = σ_a/Σ_b σ_b',
    axis: `sum over ${SPECTRUM_AXIS}`,
    normalisation: 'singular values (not their squares) divided by their sum',
    unit: 'dimensions',
    description: `Roy and Vetterli (2007): the entropy of the singular values as a number of equal ones, from 1 to T. ${ZERO}`,
    range: [1, null],
    of: ({ eigenvalues }) => {
      if (!(eigenvalues[0] > 0)) return null;
      let sum = 0;
      for (let a = 0; a < eigenvalues.length; a++)
        sum += Math.sqrt(eigenvalues[a] / eigenvalues[0]);
      let entropy = 0;
      for (let a = 0; a < eigenvalues.length; a++) {
        const p = Math.sqrt(eigenvalues[a] / eigenvalues[0]) / sum;
        if (p > 0) entropy -= p * Math.log(p);
      }
      return Math.exp(entropy);
    },
  },
  participationRatio: {
    title: 'participation ratio',
    formula: '(Σ_a λ_a)²/Σ_a λ_a²',
    axis: `sum over ${SPECTRUM_AXIS}, λ_a = σ_a²/n`,
    normalisation: 'eigenvalues of V divided by their sum',
    unit: 'dimensions',
    description: `The number of equal eigenvalues of V with the same second moment, from 1 to T. ${ZERO}`,
    range: [1, null],
    of: ({ eigenvalues }) => {
      if (!(eigenvalues[0] > 0)) return null;
      let squares = 0;
      for (let a = 0; a < eigenvalues.length; a++)
        squares += (eigenvalues[a] / eigenvalues[0]) ** 2;
      return (total(eigenvalues) / eigenvalues[0]) ** 2 / squares;
    },
  },
  numericalRank: {
    title: 'numerical rank',
    formula: '#{a : σ_a > T ε σ₁}, ε = 2⁻²³',
    axis: `count over ${SPECTRUM_AXIS}`,
    normalisation: 'relative to the largest, at float32 resolution',
    unit: 'dimensions',
    description:
      'How many directions are distinguishable in float32, from 0 (every token zero) to T.',
    range: [0, null],
    of: ({ eigenvalues, tokens }) => {
      const tolerance = (tokens * RANK_EPSILON) ** 2 * eigenvalues[0];
      let rank = 0;
      while (rank < tokens && eigenvalues[rank] > tolerance) rank++;
      return rank;
    },
  },
  distanceToEqualTokens: {
    title: 'distance to equal tokens',
    formula: '‖X − 1 x̄ᵀ‖_F/‖X‖_F, x̄ = (1/T) Σ_a x_a',
    axis: 'all tokens and coordinates of one sequence',
    normalisation: 'by ‖X‖_F',
    unit: '1',
    description: `The residual of Dong, Cordonnier and Loukas (2021, arXiv 2103.03404) in the Frobenius norm, where the nearest matrix of equal tokens is their mean: 0 when all tokens are equal, 1 when they sum to zero. ${ZERO}`,
    range: [0, 1],
    of: ({ V, trace, tokens: m }) => {
      if (!(trace > 0)) return null;
      // ‖X − 1x̄ᵀ‖_F²/n = (1/m) Σ_{a<b} ‖x_a − x_b‖²/n: each term is exactly 0 for equal tokens.
      let sum = 0;
      for (let a = 1; a < m; a++) {
        for (let b = 0; b < a; b++) {
          sum += Math.max(0, V[a * m + a] - 2 * V[a * m + b] + V[b * m + b]);
        }
      }
      return Math.min(1, Math.sqrt(sum / m / trace));
    },
  },
  distanceToRankOne: {
    title: 'distance to rank one',
    formula: '√(1 − σ₁²/Σ_a σ_a²) = min over rank-one M of ‖X − M‖_F/‖X‖_F',
    axis: `sum over ${SPECTRUM_AXIS}`,
    normalisation: 'by ‖X‖_F',
    unit: '1',
    description: `0 when all tokens lie on one line, whatever their lengths and signs. Never above the distance to equal tokens. ${ZERO}`,
    range: [0, 1],
    of: ({ eigenvalues }) => {
      if (!(eigenvalues[0] > 0)) return null;
      let rest = 0;
      for (let a = eigenvalues.length - 1; a > 0; a--) rest += eigenvalues[a];
      return Math.sqrt(rest / (rest + eigenvalues[0]));
    },
  },
} as const satisfies Record<string, GramMetric>;
