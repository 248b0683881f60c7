import type { Architecture } from '../model/architecture.js';
import type { SolverName } from '../solver/solvers.js';

/** A batch of consecutive paths and what is recorded of them, whatever moves them. */
export interface PathRange {
  /** The function that was called, for error messages. */
  readonly caller: string;
  readonly tokens: number;
  /** Number of steps; a chain's step is a layer. */
  readonly steps: number;
  /** Time of one step. */
  readonly dt: number;
  /** What a step of one path costs, see `work.ts`. */
  readonly stepWork: number;
  /** Absolute index of the first path. */
  readonly firstPath: number;
  readonly paths: number;
  /**
   * Numbers that a path starts from: m² of its covariance, or H m² of its heads' slices where a
   * chain follows them and they were given.
   */
  readonly startSize: number;
  /**
   * What the paths start from, checked and symmetric: `[startSize]` when all share it, else
   * `[paths, startSize]`. See {@link startOf}.
   */
  readonly V0: Float64Array;
  /** r of the stopped process, or Infinity. */
  readonly stopAt: number;
  /** Indices of the recorded steps, ascending; 0 is V0. */
  readonly recordAt: readonly number[];
}

/**
 * A batch of paths as data: what an engine needs and no more, so that it can be sent to a worker.
 * Its numbers depend on `seed`, the paths' absolute indices, the steps, the model and the engine.
 */
export type EnsembleTask = SdeTask | ChainTask;

/** Paths of the covariance SDE of an architecture's blocks; 'none' leaves a block out. */
export interface SdeTask extends PathRange {
  readonly kind: 'sde';
  readonly arch: Architecture;
  readonly solver: SolverName;
  /** Steps of the coarsest solution on the same Brownian path, see `solver/brownian-path.ts`. */
  readonly refines: number;
  readonly seed: number;
}

/** Arithmetic of a chain's hidden layer. */
export type HiddenPrecision = 'double' | 'single';

/** Paths of the exact finite-width chain of an architecture. */
export interface ChainTask extends PathRange {
  readonly kind: 'chain';
  readonly arch: Architecture;
  /** What an engine may use; the reference is always double. */
  readonly hiddenPrecision: HiddenPrecision;
  readonly seed: number;
}

/** What path `p` of a range starts from (`p` counts from 0): a view, `[startSize]`. */
export function startOf({ V0, startSize }: PathRange, p: number): Float64Array {
  if (V0.length === startSize) return V0;
  return V0.subarray(p * startSize, (p + 1) * startSize);
}
