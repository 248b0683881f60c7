import { deriveSeed } from '@shaped/random';
import { checkPositive } from '../statistics/check-sample.js';
import { normalQuantile } from '../statistics/normal.js';
import type { Proportion } from '../statistics/proportion.js';
import {
  checkQuantiles,
  checkSteps,
  pairRequest,
  type PairNoise,
  type PairOptions,
} from './solver-request.js';
import { stepErrors, type StepMeasure } from './step-errors.js';
import { stepPair } from './step-pair.js';
import { SOLVERS, type SolverName } from './solvers.js';

/** Confidence of the claim "step error ≤ tolerance", all targets and levels together (Bonferroni). */
const CONFIDENCE = 0.95;

/** Steps of the first coarse solution, where the solver allows so few. */
const INITIAL_STEPS = 8;

/** Finest solution tried: beyond it Euler–Maruyama's order 1/2 or 1 seldom pays. */
const MAX_STEPS = 4096;

/** Options of {@link chooseStep}: those of `simulate`, without steps. */
export interface ChooseStepOptions<Name extends string = string> extends PairOptions<Name> {
  /** Largest step error wanted, in units of the law's standard deviation, e.g. 0.02. */
  tolerance: number;
  /**
   * 'law': errors of the mean and of the quantiles at `probabilities`. 'path': the mean distance
   * from the exact solution on the same Brownian path; needs a solver with a strong order. Defaults
   * to 'law'.
   */
  measure?: StepMeasure;
  /** Quantiles that count beside the mean, each in (0, 1). Defaults to [0.05, 0.5, 0.95]. */
  probabilities?: readonly number[];
  /** Steps of the first coarse solution. Defaults to 8, or the fewest that the Gram step allows. */
  initialSteps?: number;
  /** The budget: no solution takes more steps. Defaults to 4096. */
  maxSteps?: number;
}

/** One refinement. */
export interface StepLevel {
  /** Steps of the finer of the two solutions, whose error this is. */
  readonly steps: number;
  readonly dt: number;
  /** The largest error over all targets, in units of the law's standard deviation. */
  readonly stepError: number;
  readonly standardError: number;
  /** Upper confidence bound of all targets' errors at once. */
  readonly bound: number;
  /** The target with the largest upper bound, such as `rho: quantile 0.95`. */
  readonly worst: string;
  /** The order in dt that the estimate assumes: 1, or 1/2 for paths and where paths stopped. */
  readonly order: 1 | 0.5;
  readonly stopped: Proportion;
  readonly projected: Proportion;
}

/** What {@link chooseStep} found; without `reached` nothing is claimed. */
export type StepChoice = {
  readonly measure: StepMeasure;
  readonly noise: PairNoise;
  readonly history: readonly StepLevel[];
} & (
  | ({ readonly reached: true } & Pick<
      StepLevel,
      'steps' | 'dt' | 'stepError' | 'standardError' | 'bound'
    >)
  | { readonly reached: false; readonly reason: string }
);

/**
 * The number of steps whose error is below a tolerance, by refinement: solutions at dt and dt/2 are
 * compared, dt is halved, until the finer one's error is.
 *
 * With Euler–Maruyama both follow the same Brownian path, so that their difference has a variance of
 * O(dt) for means and O(√dt) for quantiles, and few paths resolve a small error. The Gram step draws
 * a network's weights, which two step sizes cannot share: its solutions are independent, and the
 * tolerance must be above some four standard errors of a mean, about `4/√paths`.
 *
 * At order q in dt the finer solution's error is `|coarse − fine|/(2^q − 1)`. A tolerance counts as
 * reached when the bound on every target is below it and the level before does not contradict the
 * order: there no error is surely above `2^q` tolerances. So at least two levels are run, with draws
 * of their own. `onProgress` counts each level anew.
 *
 * Not for functionals without a variance (E V of the unstopped process): their unit does not exist.
 *
 * @throws RangeError for impossible options, a strong measure or common noise asked of a solver
 *   without Brownian path, or a functional that is undefined on a path
 */
export async function chooseStep<Name extends string>(
  options: ChooseStepOptions<Name>,
): Promise<StepChoice> {
  const {
    tolerance,
    measure = 'law',
    probabilities = [0.05, 0.5, 0.95],
    initialSteps,
    maxSteps = MAX_STEPS,
    ...rest
  } = options;
  const caller = 'chooseStep';
  if ('steps' in rest && rest.steps !== undefined) {
    throw new RangeError(
      `${caller}: expected no steps, got ${JSON.stringify(rest.steps)}. They are what it finds: give maxSteps, the most that it may take, or none.`,
    );
  }
  const request = pairRequest(caller, rest);
  const { model, solver, time, noise, functionals, paths, seed } = request;
  checkPositive(caller, 'tolerance', tolerance);
  checkQuantiles(caller, probabilities, request.paths);
  const first = initialSteps ?? Math.max(INITIAL_STEPS, fewestSteps(solver, model.tokens, time));
  checkSteps(caller, 'initialSteps', first);
  checkSteps(caller, 'maxSteps', maxSteps);
  if (maxSteps < 4 * first) {
    throw new RangeError(
      `${caller}: expected maxSteps of at least 4 initialSteps = ${4 * first}, got ${maxSteps}. ` +
        'Two refinements are needed to claim an error.',
    );
  }
  refuseMeasure(measure, noise, SOLVERS[solver](model, time / first).strongOrder, solver);

  const levels = Math.floor(Math.log2(maxSteps / first));
  const targets = functionals.length * (measure === 'law' ? 1 + probabilities.length : 1);
  const z = normalQuantile(1 - (1 - CONFIDENCE) / (levels * targets));
  const history: StepLevel[] = [];
  let contradicted = true;
  for (let level = 0; level < levels; level++) {
    const coarseSteps = first * 2 ** level;
    const own = { ...request, seed: deriveSeed(seed, 'choose step', level) };
    const pair = await stepPair(caller, own, coarseSteps);
    const stopped = pair.coarse.stopped.count + pair.fine.stopped.count > 0;
    const order = measure === 'path' || stopped ? 0.5 : 1;
    const scale = 1 / (2 ** order - 1);
    const errors = stepErrors(functionals, pair, measure, probabilities).map((error) => ({
      ...error,
      bound: scale * (Math.abs(error.difference) + z * error.standardError),
      least: scale * (Math.abs(error.difference) - z * error.standardError),
    }));
    const worst = errors.reduce((a, b) => (b.bound > a.bound ? b : a));
    const { steps, stopped: stoppedShare, projected } = pair.fine;
    const found = {
      steps,
      dt: time / steps,
      stepError: scale * Math.abs(worst.difference),
      standardError: scale * worst.standardError,
      bound: worst.bound,
    };
    history.push({ ...found, worst: worst.target, order, stopped: stoppedShare, projected });
    if (found.bound <= tolerance && !contradicted) {
      return { reached: true, ...found, measure, noise, history };
    }
    contradicted = errors.some(({ least }) => least > 2 ** order * tolerance);
  }
  const reason = failure(history[history.length - 1], tolerance, z, paths);
  return { reached: false, reason, measure, noise, history };
}

/** The fewest steps that the solver allows: for the Gram step those of a width 1/dt ≥ 2m. */
function fewestSteps(solver: SolverName, tokens: number, time: number): number {
  if (solver !== 'gramStep') return 1;
  const steps = Math.ceil(2 * tokens * time);
  return 1 / (time / steps) < 2 * tokens ? steps + 1 : steps;
}

function failure(last: StepLevel, tolerance: number, z: number, paths: number): string {
  const { steps, worst, bound, standardError } = last;
  const said = `The error of ${worst} with ${steps} steps is only known to be below ${bound.toPrecision(3)}, not ${tolerance}.`;
  if (z * standardError <= tolerance / 2) {
    return `${said} Raise maxSteps, or use extrapolate.`;
  }
  // The share of the tolerance that noise may take is a half.
  const factor = (z * standardError) / (tolerance / 2);
  const wanted = Number((paths * factor * factor).toPrecision(2));
  return `${said} Its standard error is too large to tell: take about ${wanted} paths.`;
}

function refuseMeasure(
  measure: StepMeasure,
  noise: PairNoise,
  strongOrder: number | null,
  solver: string,
): void {
  if (measure === 'law') return;
  if (measure !== 'path') {
    throw new RangeError(
      `chooseStep: expected measure 'law' or 'path', got '${String(measure)}'. Choose one of them.`,
    );
  }
  if (strongOrder === null) {
    throw new RangeError(
      `chooseStep: expected a solver with a strong order for measure 'path', got '${solver}'. It ` +
        "follows no Brownian path, so it has no distance from one: use 'eulerMaruyama', or measure 'law'.",
    );
  }
  if (noise !== 'common') {
    throw new RangeError(
      "chooseStep: expected noise 'common' for measure 'path', got 'independent'. Solutions on " +
        'different Brownian paths differ whatever dt.',
    );
  }
}
