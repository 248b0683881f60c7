import {
  ksTwoSample,
  logVariance,
  meanCorrelation,
  pairCorrelation,
} from '../../../packages/sde/dist/index.js';

/**
 * Probability that a peer of the same law fails one comparison of all its statistics. Seeds are
 * fixed, so a failure comes again; small, as a run makes a dozen comparisons.
 */
export const ALPHA = 1e-4;

const STATISTICS = {
  'log V₁₁': logVariance(0),
  'ρ₁₂': pairCorrelation(0, 1),
  'mean ρ': meanCorrelation,
};

/**
 * Whether two samples of final covariances, `[paths, m, m]` each, can come from one law: a
 * two-sample Kolmogorov–Smirnov test of every statistic at level ALPHA over their number
 * (Bonferroni), with the distances found and the smallest that would have been rejected.
 *
 * Statistics that V does not define (a path stopped outside the cone) count as −∞ on both sides.
 */
export function sameLaw(ours, peer, tokens) {
  const names = Object.keys(STATISTICS);
  const alpha = ALPHA / names.length;
  const tests = names.map((name) => {
    const [x, y] = [ours, peer].map((V) => valuesOf(V, tokens, STATISTICS[name]));
    const { statistic, detectable, pValue } = ksTwoSample(x, y, { alpha });
    return { name, distance: statistic, detectable, pValue };
  });
  return { same: tests.every(({ pValue }) => pValue > alpha), tests };
}

function valuesOf(V, tokens, statistic) {
  const size = tokens * tokens;
  return Float64Array.from({ length: V.length / size }, (_, path) => {
    const value = statistic(V.subarray(path * size, (path + 1) * size), tokens);
    return Number.isNaN(value) ? -Infinity : value;
  });
}
