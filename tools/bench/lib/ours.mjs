import { architecture, simulate, simulateChain } from '../../../packages/sde/dist/index.js';
import { initialCovariance } from './problem.mjs';

/**
 * What the package does for each peer's work: an Ensemble of which only the last covariance of each
 * path is recorded, as the peers do.
 *
 * `how` says `{ engine, workers }`.
 */
export const ours = {
  sde: ({ problem, paths, seed }, how) =>
    simulate({
      arch: shaped(problem),
      time: problem.time,
      steps: problem.steps,
      ...common(problem, paths, seed, problem.steps),
      ...how,
    }),
  chain: ({ problem, paths, seed }, how) =>
    simulateChain({
      arch: shaped(problem),
      // As the peers have it: float32 within the hidden layer, float64 elsewhere.
      hiddenPrecision: 'single',
      ...common(problem, paths, seed, problem.depth),
      ...how,
    }),
};

/** The shaped architecture of a problem. */
export function shaped({ tokens, width, depth, gamma, tau0, cPlus, cMinus }) {
  return architecture({ tokens, width, depth, gamma, tau0, cPlus, cMinus });
}

function common(problem, paths, seed, last) {
  const { stopAt } = problem;
  return { V0: initialCovariance(problem), paths, seed, stopAt, recordAt: [last] };
}
