import { deriveSeed, foldIn, keyFromSeed, Stream } from '@shaped/random';
import type { EnsemblePlan } from '../engine/plan.js';
import { runBatches } from '../engine/run-batches.js';
import { sdeStepWork } from '../engine/work.js';
import type { Ensemble } from '../ensemble/ensemble.js';
import { runPaths } from '../ensemble/run-paths.js';
import { proportion, type Proportion } from '../statistics/proportion.js';
import type { Statistic } from '../summary/covariance-statistics.js';
import { eulerMaruyama } from './euler-maruyama.js';
import { simulateBatches } from './simulate.js';
import type { PairRequest } from './solver-request.js';
import { sumOfStreams } from './sum-of-streams.js';

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
 * With common noise both follow one Brownian path: the fine one is `simulate`'s, and a coarse step
 * draws `(G₁ + G₂)/√2` of the two fine steps it spans, with coefficients frozen at the coarse V. The
 * coarse one is computed by the readable functions, whatever `engine` and `workers` say. Otherwise
 * the two have seeds of their own. Memory: one number a path, functional and solution.
 *
 * @throws RangeError naming `caller` when a functional is undefined on a path
 */
export async function stepPair(
  caller: string,
  request: PairRequest,
  steps: number,
): Promise<StepPair> {
  const { functionals: _, noise, onProgress, seed, paths, ...options } = request;
  const progress = (before: number) => (done: number) => onProgress?.(before + done, 2 * paths);
  const run = (count: number, ownSeed: number, before: number) => {
    const recordAt = [count];
    const onProgress = progress(before);
    return simulateBatches({
      ...options,
      paths,
      seed: ownSeed,
      steps: count,
      recordAt,
      onProgress,
    });
  };
  const [coarse, fine] =
    noise === 'common'
      ? [runBatches(summedPlan(caller, request, steps, progress(0))), run(2 * steps, seed, paths)]
      : [
          run(steps, deriveSeed(seed, 'step pair', 'coarse'), 0),
          run(2 * steps, deriveSeed(seed, 'step pair', 'fine'), paths),
        ];
  return {
    coarse: await endOf(caller, coarse, request, steps),
    fine: await endOf(caller, fine, request, 2 * steps),
  };
}

/** A plan of Euler–Maruyama driven by sums of the draws of twice as many steps. */
function summedPlan(
  caller: string,
  request: PairRequest,
  steps: number,
  onProgress: (done: number) => void,
): EnsemblePlan {
  const { model, time, seed, stopAt = Infinity } = request;
  const { tokens } = model;
  const dt = time / steps;
  const solver = eulerMaruyama(model, dt);
  const key = foldIn(keyFromSeed(seed), 'sde', solver.name);
  const V = new Float64Array(tokens * tokens);
  let wasProjected = false;
  const runner = {
    start(V0: Float64Array) {
      V.set(V0);
      return V;
    },
    step(path: number, step: number) {
      const [first, second] = [0, 1].map((half) => new Stream(key, path, 2 * step + half));
      wasProjected = solver.step(V, sumOfStreams(first, second));
      return V;
    },
    projected: () => wasProjected,
  };
  const { V0, paths, firstPath, signal, batch, memoryLimit } = request;
  return {
    options: { V0, paths, seed, firstPath, signal, batch, memoryLimit, stopAt, onProgress },
    start: { caller, tokens, heads: 1, followsSlices: false },
    model: {
      kind: 'foreign',
      ...{ caller, tokens, steps, dt, stopAt },
      recordAt: [steps],
      stepWork: sdeStepWork(tokens, model.architecture?.heads ?? 1),
      run: (range, breathe) => runPaths(runner, range, breathe),
    },
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
