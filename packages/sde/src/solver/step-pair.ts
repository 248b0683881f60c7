import { deriveSeed } from '@shaped/random';
import type { Ensemble } from '../ensemble/ensemble.js';
import { proportion, type Proportion } from '../statistics/proportion.js';
import type { Statistic } from '../summary/covariance-statistics.js';
import { simulateBatches } from './simulate.js';
import type { PairRequest } from './solver-request.js';

/** What one solution of a pair ends with. */
export interface PairEnd {
  readonly steps: number;
  /** Values of every functional at the final time, `[functionals][paths]`. */
  readonly values: readonly Float64Array[];
  /** Share of paths that stopped. */
  readonly stopped: Proportion;
  /** Share of paths that were projected back onto the cone at least once. */
  readonly projected: Proportion;
}

/** Two solutions of the same paths, at dt and at dt/2. */
export interface StepPair {
  readonly coarse: PairEnd;
  readonly fine: PairEnd;
}

/**
 * The ends of a coarse solution of `steps` steps and of a fine one of twice as many, path by path.
 *
 * With common noise both follow one Brownian path: the coarse one is `simulate`'s, and the fine one
 * refines it. Otherwise the two have seeds of their own. Memory: one number a path, functional and
 * solution.
 *
 * @throws RangeError naming `caller` when a functional is undefined on a path
 */
export async function stepPair(
  caller: string,
  request: PairRequest,
  steps: number,
): Promise<StepPair> {
  const { functionals: _, noise, onProgress, seed, paths, ...options } = request;
  const run = (count: number, ownSeed: number, before: number, refines = count) =>
    simulateBatches({
      ...options,
      paths,
      seed: ownSeed,
      steps: count,
      refines,
      recordAt: [count],
      onProgress: (done) => onProgress?.(before + done, 2 * paths),
    });
  const [coarse, fine] =
    noise === 'common'
      ? [run(steps, seed, 0), run(2 * steps, seed, paths, steps)]
      : [
          run(steps, deriveSeed(seed, 'step pair', 'coarse'), 0),
          run(2 * steps, deriveSeed(seed, 'step pair', 'fine'), paths),
        ];
  return {
    coarse: await endOf(caller, coarse, request, steps),
    fine: await endOf(caller, fine, request, 2 * steps),
  };
}

async function endOf(
  caller: string,
  batches: AsyncIterable<Ensemble>,
  { functionals, paths, firstPath = 0 }: PairRequest,
  steps: number,
): Promise<PairEnd> {
  const values = functionals.map(() => new Float64Array(paths));
  let stopped = 0;
  let projected = 0;
  for await (const { V, tokens, stoppedAt, events, ...batch } of batches) {
    const size = tokens * tokens;
    for (let p = 0; p < batch.paths; p++) {
      const path = batch.firstPath + p;
      const at = V.subarray(p * size, (p + 1) * size);
      functionals.forEach((functional, f) => {
        values[f][path - firstPath] = valueOf(caller, functional, at, tokens, path, steps);
      });
      if (stoppedAt[p] < Infinity) stopped++;
    }
    for (const { kind } of events) if (kind === 'leftCone') projected++;
  }
  return {
    steps,
    values,
    stopped: proportion(stopped, paths),
    projected: proportion(projected, paths),
  };
}

function valueOf(
  caller: string,
  [name, functional]: readonly [string, Statistic],
  V: Float64Array,
  tokens: number,
  path: number,
  steps: number,
): number {
  const value = functional(V, tokens);
  if (Number.isFinite(value)) return value;
  throw new RangeError(
    `${caller}: expected functional '${name}' to be finite on every path, got ${value} on path ` +
      `${path} with ${steps} steps. An expectation needs all paths: take more steps, so that no ` +
      'token is projected to zero norm, or make the functional bounded.',
  );
}
