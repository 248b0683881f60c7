import {
  pairedMean,
  pairedProbability,
  pairedQuantile,
  type PairedEstimate,
} from '../statistics/paired-estimate.js';
import type { Proportion } from '../statistics/proportion.js';
import {
  checkQuantiles,
  checkSteps,
  pairRequest,
  type PairNoise,
  type PairOptions,
} from './solver-request.js';
import { stepPair } from './step-pair.js';

/** Options of {@link extrapolate}: those of `simulate`, without what asks for paths. */
export interface ExtrapolateOptions<Name extends string = string> extends PairOptions<Name> {
  /** Steps of the coarse solution; the fine one takes twice as many. */
  steps: number;
  /** Probabilities p in (0, 1) whose quantiles are wanted, of every functional. */
  probabilities?: readonly number[];
  /** Values x at which the distribution function P(f ≤ x) is wanted, by functional. */
  thresholds?: Partial<Record<Name, readonly number[]>>;
}

/** A number of the law at dt = 0, to second order. */
export interface ExtrapolatedValue {
  /** `2·fine − coarse`. */
  readonly value: number;
  /** Standard error of `value` from the number of paths, the pair's dependence included. */
  readonly standardError: number;
  readonly coarse: number;
  readonly fine: number;
  /** `coarse − fine`: to leading order the step error of `fine`, and half that of `coarse`. */
  readonly stepError: number;
  readonly stepErrorStandardError: number;
}

/** The expectation of a functional, and what else was asked of its law. */
export interface ExtrapolatedFunctional extends ExtrapolatedValue {
  readonly quantiles: readonly (ExtrapolatedValue & { readonly p: number })[];
  /** Not clipped: extrapolated probabilities may leave [0, 1] by their error. */
  readonly distribution: readonly (ExtrapolatedValue & { readonly x: number })[];
}

/** What {@link extrapolate} found. */
export interface Extrapolation<Name extends string = string> {
  /**
   * The order at which `value` tends to the law at dt = 0: 2, or 1/2 where paths stopped, as a
   * discretely watched exit from |V| ≤ r is late by O(√dt).
   */
  readonly weakOrder: 2 | 0.5;
  /** There are no paths. */
  readonly strongOrder: null;
  readonly noise: PairNoise;
  readonly steps: { readonly coarse: number; readonly fine: number };
  /**
   * Share of paths that stopped: what order 2 is not claimed for. Times the range of a functional it
   * bounds what late exits can do to its expectation, so that a share of 1e-4 hardly matters for ρ.
   */
  readonly stopped: { readonly coarse: Proportion; readonly fine: Proportion };
  /** Share of paths that left the cone: where it is not rare, dt is too large for any order. */
  readonly projected: { readonly coarse: Proportion; readonly fine: Proportion };
  readonly functionals: Readonly<Record<Name, ExtrapolatedFunctional>>;
}

/**
 * Expectations of weak order 2 by the extrapolation of Talay and Tubaro (1990): a scheme of weak
 * order 1 has `E f(V_dt) = E f(V) + c_f dt + O(dt²)`, so that `2 E f(V_{dt/2}) − E f(V_dt)` is off by
 * O(dt²) only.
 *
 * Legitimate for expectations of smooth functionals (correlations, log V) of the unstopped process;
 * for distribution functions, indicators being no smooth functionals, where the law has a smooth
 * density (Bally and Talay 1996); and for quantiles where that density is positive. Not for paths,
 * maxima over time, stopping times, or anything else that two laws at one time do not determine;
 * an extrapolated distribution function need not be monotone, and extrapolated variances need the
 * second moment's functional, not the extrapolated variance. For E V see `stopAt`: it does not exist.
 *
 * Standard error: with common noise fine and coarse nearly cancel and the variance is that of one
 * solution, σ²(1 + O(√dt))/paths; with independent noise it is (4 + 1)σ²/paths. Both are measured
 * from the pairs, not assumed. A step error far below its standard error says that the extrapolation
 * only adds noise.
 *
 * @throws RangeError for impossible options, for common noise with a solver that has no Brownian
 *   path, or when a functional is undefined on a path
 */
export async function extrapolate<Name extends string>(
  options: ExtrapolateOptions<Name>,
): Promise<Extrapolation<Name>> {
  const { steps, probabilities = [], thresholds = {}, ...rest } = options;
  const request = pairRequest('extrapolate', rest);
  checkSteps('extrapolate', 'steps', steps);
  checkQuantiles('extrapolate', probabilities, request.paths);
  const levels = thresholds as Record<string, readonly number[] | undefined>;
  for (const [name, values] of Object.entries(levels)) {
    const bad = values?.find((level) => !Number.isFinite(level));
    if (bad !== undefined) {
      throw new RangeError(
        `extrapolate: expected finite thresholds of '${name}', got ${bad}. Leave it out.`,
      );
    }
    if (Object.hasOwn(options.functionals, name)) continue;
    throw new RangeError(
      `extrapolate: expected thresholds of functionals, got '${name}'. Name one of ` +
        `${request.functionals.map(([known]) => `'${known}'`).join(', ')}.`,
    );
  }
  const { coarse, fine } = await stepPair('extrapolate', request, steps);
  const entries = request.functionals.map(([name], f) => {
    const [x, y] = [coarse.values[f], fine.values[f]];
    const functional: ExtrapolatedFunctional = {
      ...romberg(pairedMean(x, y)),
      quantiles: probabilities.map((p) => ({ p, ...romberg(pairedQuantile(x, y, p)) })),
      distribution: (levels[name] ?? []).map((level) => ({
        x: level,
        ...romberg(pairedProbability(x, y, level)),
      })),
    };
    return [name, functional];
  });
  const anyStopped = coarse.stopped.count + fine.stopped.count > 0;
  return {
    weakOrder: anyStopped ? 0.5 : 2,
    strongOrder: null,
    noise: request.noise,
    steps: { coarse: coarse.steps, fine: fine.steps },
    stopped: { coarse: coarse.stopped, fine: fine.stopped },
    projected: { coarse: coarse.projected, fine: fine.projected },
    functionals: Object.fromEntries(entries) as Record<Name, ExtrapolatedFunctional>,
  };
}

function romberg({ first, second, standardError }: PairedEstimate): ExtrapolatedValue {
  return {
    value: 2 * second - first,
    standardError: standardError(-1, 2),
    coarse: first,
    fine: second,
    stepError: first - second,
    stepErrorStandardError: standardError(1, -1),
  };
}
