import { checkOptions, recordedSteps } from '../engine/check-options.js';
import { collect } from '../engine/collect.js';
import type { EnsemblePlan } from '../engine/plan.js';
import { sdeRunner } from '../engine/reference-engine.js';
import { runBatches } from '../engine/run-batches.js';
import { sdeStepWork } from '../engine/work.js';
import type { EnsembleOptions } from '../ensemble/ensemble-options.js';
import type { Ensemble } from '../ensemble/ensemble.js';
import { runPaths } from '../ensemble/run-paths.js';
import type { Architecture } from '../model/architecture.js';
import { describedBy } from '../model/described-models.js';
import { refuseEmptyRows } from '../model/refuse-empty-rows.js';
import type { SdeModel } from '../model/sde-model.js';
import { transformerSde } from '../model/transformer-sde.js';
import { checkRefinement } from './brownian-path.js';
import { checkSolver, type SolverName } from './solvers.js';

/** Options of {@link simulate}; either a model or an architecture, meaning its `transformerSde`. */
export interface SimulateOptions extends EnsembleOptions {
  model?: SdeModel;
  arch?: Architecture;
  /** Defaults to 'eulerMaruyama'. */
  solver?: SolverName;
  /** Final time T = depth/width. */
  time: number;
  /** Number of equal steps of dt = time/steps. */
  steps: number;
  /**
   * Number of steps of a coarser solution whose Brownian path this one follows; `steps` must be this
   * doubled any number of times. Solutions of equal seed and `refines` then differ by their step
   * errors alone. Euler–Maruyama only. Defaults to `steps`: a path of its own.
   */
  refines?: number;
}

/**
 * An ensemble of the covariance SDE's paths, stopped where they leave |V| ≤ `stopAt`.
 *
 * Path p's numbers depend on the seed, p, the steps, the model and the engine alone: the same bits
 * whatever the batch and the workers. E V is not a usable statistic of unstopped paths, as the SDE
 * explodes with positive probability; use quantiles, correlations, log V, or `stopAt`.
 *
 * Rejects with a RangeError for an architecture without SDE or with a query that sees no key, a V0 that is no covariance, impossible
 * options, or an ensemble larger than `memoryLimit`; with the signal's reason once it is aborted; and
 * with an Error when a worker dies.
 */
export async function simulate(options: SimulateOptions): Promise<Ensemble> {
  return collect(planOf('simulate', options));
}

/**
 * The ensemble of {@link simulate} as consecutive batches, the first path first: memory does not grow
 * with the number of paths. Leaving the loop early ends the workers. Rejects as `simulate` does.
 */
export async function* simulateBatches(
  options: SimulateOptions,
): AsyncGenerator<Ensemble, void, undefined> {
  yield* runBatches(planOf('simulateBatches', options));
}

function planOf(caller: string, options: SimulateOptions): EnsemblePlan {
  const { time, steps, seed, stopAt = Infinity } = options;
  const { arch: asked, solver = 'eulerMaruyama', refines = steps } = options;
  if ((options.model === undefined) === (asked === undefined)) {
    throw new RangeError(
      `${caller}: expected either model or arch, got ${options.model ? 'both' : 'neither'}. ` +
        'Pass arch for whole layers, or a model for one block.',
    );
  }
  if (!(time > 0) || !Number.isFinite(time)) {
    throw new RangeError(
      `${caller}: expected time to be positive and finite, got ${time}. It is depth/width.`,
    );
  }
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw new RangeError(
      `${caller}: expected steps to be a positive integer, got ${steps}. dt is time/steps.`,
    );
  }
  checkSolver(caller, solver);
  checkRefinement(caller, solver, { steps, refines });
  checkOptions(caller, options);
  const model = options.model ?? transformerSde(asked as Architecture);
  if (asked !== undefined) refuseEmptyRows(caller, asked);
  const dt = time / steps;
  // Refuses what the solver does not solve, before any worker starts.
  const runner = sdeRunner(model, { solver, dt, seed, steps, refines });
  const arch = describedBy(model);
  const tokens = model.tokens;
  const common = {
    ...{ caller, tokens, steps, dt, stopAt },
    recordAt: recordedSteps(caller, steps, options.recordAt),
    stepWork: sdeStepWork(tokens, arch?.heads ?? 1),
  };
  return {
    options,
    start: { caller, tokens, heads: 1, followsSlices: false },
    model: arch
      ? { ...common, kind: 'sde', arch, solver, refines, seed }
      : { ...common, kind: 'foreign', run: (range, breathe) => runPaths(runner, range, breathe) },
  };
}
