import { Stream, type Key } from '@shaped/random';
import type { SolverName } from './solvers.js';

/** The draws that linear noise needs. */
export type NormalDraws = Pick<Stream, 'normal' | 'fillNormal'>;

/** Equal steps that halve those of a coarser solution: `steps = refines · 2^k`. */
export interface Refinement {
  /** Number of steps. */
  readonly steps: number;
  /** Number of steps of the coarsest solution that follows the same Brownian path. */
  readonly refines: number;
}

/** How often the coarsest solution's steps were halved, k. */
export function halvings({ steps, refines }: Refinement): number {
  return Math.log2(steps / refines);
}

/** Refuses a refinement that is none. @throws RangeError naming `caller` */
export function checkRefinement(
  caller: string,
  solver: SolverName,
  { steps, refines }: Refinement,
): void {
  if (refines === steps) return;
  if (solver !== 'eulerMaruyama') {
    throw new RangeError(
      `${caller}: expected no refines, got ${refines} with '${solver}'. It draws the weights of a ` +
        "network of width 1/dt, not a Brownian path that two step sizes could share: leave it out, or use 'eulerMaruyama'.",
    );
  }
  const isCount = Number.isSafeInteger(refines) && refines >= 1 && refines < steps;
  const doubled = refines * 2 ** Math.round(halvings({ steps, refines }));
  if (isCount && doubled === steps) return;
  throw new RangeError(
    `${caller}: expected steps to be refines doubled any number of times, got ${steps} steps and ` +
      `refines ${refines}. A step is halved, and its halves again: take refines · 2^k steps.`,
  );
}

/**
 * The normals of one step (from 0) of a path, whose Brownian path is that of `refines` steps however
 * often they are halved (Lévy's construction): the halves of a step with draws W have `(W + Z)/√2` and
 * `(W − Z)/√2`, Z the draws of their bridge.
 *
 * Step j of the coarsest solution draws from stream j; the bridges of the n steps of any level from the
 * streams n to 2n − 1, so that no stream serves twice.
 */
export function drawsOfStep(
  key: Key,
  path: number,
  step: number,
  { steps, refines }: Refinement,
): NormalDraws {
  if (steps === refines) return new Stream(key, path, step);
  const whole = Math.floor(step / 2);
  const coarser = drawsOfStep(key, path, whole, { steps: steps / 2, refines });
  return halfOfStep(coarser, new Stream(key, path, steps / 2 + whole), step % 2 === 0 ? 1 : -1);
}

/**
 * The normals `(W ± Z)/√2`, draw by draw. A noise that is linear in its draws and asks for the same
 * number each time is then, at frozen coefficients, the sum of those of its two halves over √2.
 */
export function halfOfStep(whole: NormalDraws, bridge: NormalDraws, sign: 1 | -1): NormalDraws {
  return {
    normal: () => (whole.normal() + sign * bridge.normal()) * Math.SQRT1_2,
    fillNormal<T extends Float32Array | Float64Array>(out: T, standardDeviation = 1): T {
      const scale = standardDeviation * Math.SQRT1_2;
      const other = bridge.fillNormal(out.slice());
      whole.fillNormal(out);
      for (let i = 0; i < out.length; i++) out[i] = (out[i] + sign * other[i]) * scale;
      return out;
    },
  };
}
