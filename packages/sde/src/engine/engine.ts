import type { Ensemble } from '../ensemble/ensemble.js';
import type { EnsembleTask } from './task.js';

/**
 * What computes paths: `kernel`, batched WebAssembly, or `reference`, the readable functions of
 * model, solver and chain. Each has its own rounding.
 */
export type EngineName = 'kernel' | 'reference';

/**
 * Lets the thread do other things; rejects when the simulation was aborted. An engine awaits it
 * every `workATurn` or so within a batch; in a worker there is none, as workers are ended.
 */
export type Breathe = () => Promise<void>;

/** One way to compute the paths of a task. */
export interface Engine {
  readonly name: EngineName;
  /** Why it cannot compute a task, undefined when it can; independent of the task's paths. */
  refuses(task: EnsembleTask): string | undefined;
  /** Paths of such a task that it advances together: a batch is a multiple of it. */
  lanes(task: EnsembleTask): number;
  /** Work, in the units of `work.ts`, of some tens of milliseconds: what a batch may take. */
  readonly workATurn: number;
  /**
   * The task's paths. Arrays of the result own their whole buffers, so that a worker can hand them
   * over, and no number of a path depends on the others of the task.
   */
  run(task: EnsembleTask, breathe?: Breathe): Promise<Ensemble>;
}
