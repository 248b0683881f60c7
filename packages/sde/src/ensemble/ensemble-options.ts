import type { AbortSignalLike } from '../engine/abort.js';
import type { EngineName } from '../engine/engine.js';
import type { WorkerPool } from '../engine/worker-pool.js';

/** What every ensemble simulation is asked for. */
export interface EnsembleOptions {
  /**
   * Initial covariance: one `[m, m]`, one a path `[paths, m, m]`, or a function of the absolute path
   * index.
   */
  V0: Float64Array | ((path: number) => Float64Array);
  /** Number of paths. */
  paths: number;
  /** Seed of all draws; a path's draws depend on it and on the path's absolute index alone. */
  seed: number;
  /** Absolute index of the first path. Defaults to 0. */
  firstPath?: number;
  /** r of the stopped process: a path stops at the first step with max |V_ab| > r. Defaults to ∞. */
  stopAt?: number;
  /** Indices of the steps to record, ascending, 0 being V0. Defaults to the first and the last. */
  recordAt?: readonly number[];
  /** Once aborted the simulation rejects with the signal's reason; looked at between batches. */
  signal?: AbortSignalLike;
  /** Called after every batch, in the order of the paths, with the number of paths done. */
  onProgress?: (done: number, total: number) => void;
  /** What computes the paths. Defaults to the fastest engine that covers the model. */
  engine?: EngineName;
  /**
   * Worker threads (Web Workers in a browser) that share the paths, a number or a pool that is kept
   * between calls. Without it the paths are computed in the calling thread. Never changes a bit.
   */
  workers?: number | WorkerPool;
  /** Paths a batch. Defaults to what takes some tens of milliseconds. Never changes a bit. */
  batch?: number;
  /** Bytes that the recorded covariances held at once may take. Defaults to 2 GiB. */
  memoryLimit?: number;
}
