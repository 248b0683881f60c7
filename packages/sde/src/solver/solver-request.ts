import { checkOptions } from '../engine/check-options.js';
import { DEFAULT_MEMORY_LIMIT } from '../engine/memory.js';
import { refuseEmptyRows } from '../model/refuse-empty-rows.js';
import type { SdeModel } from '../model/sde-model.js';
import { transformerSde } from '../model/transformer-sde.js';
import { checkProbability } from '../statistics/check-sample.js';
import type { Statistic } from '../summary/covariance-statistics.js';
import type { SimulateOptions } from './simulate.js';
import { checkSolver, type SolverName } from './solvers.js';

/** How the coarse and the fine solution of a pair are driven; see `stepPair`. */
export type PairNoise = 'common' | 'independent';

/** What functions of pairs of solutions share with `simulate`. */
export interface PairOptions<Name extends string = string> extends Omit<
  SimulateOptions,
  'steps' | 'recordAt'
> {
  /** Numbers to read off V at the final time, by name; each must be finite on every path. */
  functionals: Record<Name, Statistic>;
  /**
   * 'common': both solutions follow one Brownian path, the coarse one by sums of the fine one's
   * draws; Euler–Maruyama only. 'independent': draws of their own. Defaults to 'common' where there
   * is one.
   */
  noise?: PairNoise;
}

/** A checked request. */
export interface PairRequest extends Omit<SimulateOptions, 'steps' | 'recordAt' | 'arch'> {
  readonly model: SdeModel;
  readonly solver: SolverName;
  readonly noise: PairNoise;
  readonly functionals: readonly (readonly [string, Statistic])[];
}

/**
 * The options of a pair of solutions with their defaults.
 *
 * @throws RangeError naming `caller` for impossible options, with the reason
 */
export function pairRequest<Name extends string>(
  caller: string,
  options: PairOptions<Name>,
): PairRequest {
  const refuse = (expected: string, got: string, fix: string): never => {
    throw new RangeError(`${caller}: expected ${expected}, got ${got}. ${fix}`);
  };
  const { arch, model, functionals, time, solver = 'eulerMaruyama', ...rest } = options;
  if ((model === undefined) === (arch === undefined)) {
    const got = model === undefined ? 'neither' : 'both';
    refuse('either model or arch', got, 'Pass arch for whole layers, or a model for one block.');
  }
  if (!(time > 0) || !Number.isFinite(time)) {
    refuse('time to be positive and finite', `${time}`, 'It is depth/width.');
  }
  checkSolver(caller, solver);
  if ('recordAt' in options && options.recordAt !== undefined) {
    refuse(
      'no recordAt',
      'one',
      'Step errors are of the law at the final time; 2·fine − coarse of one path is not a path. ' +
        'Call again with another time, or use simulate.',
    );
  }
  checkOptions(caller, options);
  if (options.paths < 2) {
    refuse('at least two paths', `${options.paths}`, 'One has no standard error.');
  }
  const named = Object.entries<Statistic>(functionals);
  if (named.length === 0) {
    refuse('at least one functional', 'none', 'Pass functionals: { rho: meanCorrelation }.');
  }
  const { memoryLimit = DEFAULT_MEMORY_LIMIT } = options;
  const bytes = 2 * named.length * options.paths * Float64Array.BYTES_PER_ELEMENT;
  if (bytes > memoryLimit) {
    refuse(
      `values of at most ${memoryLimit} bytes at once`,
      `${bytes} (2 solutions × ${named.length} functionals × ${options.paths} paths × 8 bytes)`,
      'Take fewer paths, or raise memoryLimit.',
    );
  }
  const common = solver === 'eulerMaruyama';
  const { noise = common ? 'common' : 'independent' } = options;
  if (noise !== 'common' && noise !== 'independent') {
    refuse("noise 'common' or 'independent'", `'${String(noise)}'`, 'Choose one of them.');
  }
  if (noise === 'common' && !common) {
    refuse(
      "noise 'independent'",
      "'common'",
      `'${solver}' draws the weights of a network of width 1/dt, not a Brownian path that two step ` +
        "sizes could share. Leave noise out, or use 'eulerMaruyama'.",
    );
  }
  const solved = model ?? transformerSde(arch as NonNullable<typeof arch>);
  if (arch !== undefined) refuseEmptyRows(caller, arch);
  return {
    ...rest,
    time,
    solver,
    noise,
    model: solved,
    functionals: named,
  };
}

/** Refuses a number of steps that is none. @throws RangeError naming `caller` */
export function checkSteps(caller: string, name: string, steps: number): void {
  if (Number.isSafeInteger(steps) && steps >= 1) return;
  throw new RangeError(
    `${caller}: expected ${name} to be a positive integer, got ${steps}. dt is time/steps.`,
  );
}

/**
 * Values that must be expected on either side of a quantile: fewer, and its standard error, which
 * rests on the slope of the empirical quantiles around it, is a guess.
 */
const TAIL_VALUES = 20;

/** Refuses a p that is none, or whose tail holds too few paths. @throws RangeError naming `caller` */
export function checkQuantiles(
  caller: string,
  probabilities: readonly number[],
  paths: number,
): void {
  for (const p of probabilities) {
    checkProbability(caller, 'probabilities', p, true);
    const wanted = Math.round(TAIL_VALUES / Math.min(p, 1 - p));
    if (paths >= wanted) continue;
    throw new RangeError(
      `${caller}: expected at least ${wanted} paths for the quantile at ${p}, got ${paths}. Its ` +
        'standard error needs some on either side: take more, or ask for a quantile further inside.',
    );
  }
}
