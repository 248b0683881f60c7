import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { checkCovariance } from '../covariance/check-covariance.js';
import type { Ensemble, EnsembleOptions } from '../ensemble/ensemble.js';
import { runEnsemble } from '../ensemble/run-ensemble.js';
import type { Architecture } from '../model/architecture.js';
import type { SdeModel } from '../model/sde-model.js';
import { transformerSde } from '../model/transformer-sde.js';
import { eulerMaruyama } from './euler-maruyama.js';
import { gramStep } from './gram-step.js';

/** Options of {@link simulate}; either a model or an architecture, meaning its `transformerSde`. */
export interface SimulateOptions extends EnsembleOptions {
  model?: SdeModel;
  arch?: Architecture;
  /** Defaults to 'eulerMaruyama'. */
  solver?: 'eulerMaruyama' | 'gramStep';
  /** Final time T = depth/width. */
  time: number;
  /** Number of equal steps of dt = time/steps. */
  steps: number;
}

/**
 * An ensemble of the covariance SDE's paths, stopped where they leave |V| ≤ `stopAt`.
 *
 * Path p's numbers depend on the seed, p and the steps alone: the same bits whatever the batch.
 * E V is not a usable statistic of unstopped paths, as the SDE explodes with positive probability;
 * use quantiles, correlations, log V, or `stopAt`.
 *
 * @throws RangeError for an architecture without SDE, a V0 that is no covariance, or impossible
 *   options
 */
export function simulate(options: SimulateOptions): Ensemble {
  const { time, steps, seed, solver: name = 'eulerMaruyama' } = options;
  if ((options.model === undefined) === (options.arch === undefined)) {
    throw new RangeError(
      `simulate: expected either model or arch, got ${options.model ? 'both' : 'neither'}. ` +
        'Pass arch for whole layers, or a model for one block.',
    );
  }
  if (!(time > 0) || !Number.isFinite(time)) {
    throw new RangeError(
      `simulate: expected time to be positive and finite, got ${time}. It is depth/width.`,
    );
  }
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw new RangeError(
      `simulate: expected steps to be a positive integer, got ${steps}. dt is time/steps.`,
    );
  }
  const model = options.model ?? transformerSde(options.arch as Architecture);
  const dt = time / steps;
  const makers = { eulerMaruyama, gramStep };
  if (!Object.hasOwn(makers, name)) {
    throw new RangeError(
      `simulate: expected solver 'eulerMaruyama' or 'gramStep', got '${String(name)}'. Choose one of them.`,
    );
  }
  const solver = makers[name](model, dt);
  const m = model.tokens;
  const key = foldIn(keyFromSeed(seed), 'sde', name);
  const V = new Float64Array(m * m);
  let wasProjected = false;
  return runEnsemble(
    {
      start(V0) {
        V.set(checkCovariance('simulate', V0, m));
        return V;
      },
      step(path, step) {
        wasProjected = solver.step(V, new Stream(key, path, step));
        return V;
      },
      projected: () => wasProjected,
    },
    options,
    { caller: 'simulate', tokens: m, steps, dt, lengths: [m * m] },
  );
}
