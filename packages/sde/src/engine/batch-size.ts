import { WORK_A_TURN } from './work.js';

/** Bytes of covariances in one batch: a message of this size passes in about a millisecond. */
const BATCH_BYTES = 4 * 2 ** 20;

/** Batches a worker gets at least, so that none waits long for the last. */
const BATCHES_A_WORKER = 4;

/** Paths that engines advance together at most; a batch is a multiple of it where it is larger. */
const LANES = 8;

/** What a batch size is chosen from. */
export interface BatchNeeds {
  readonly paths: number;
  /** Bytes of one path's record. */
  readonly pathBytes: number;
  /** Work of one path, in the units of `work.ts`. */
  readonly pathWork: number;
  /** Number of workers; 1 for the calling thread. */
  readonly workers: number;
}

/** Paths a batch: the most of a few MB and some tens of milliseconds, shared among the workers. */
export function batchSize({ paths, pathBytes, pathWork, workers }: BatchNeeds): number {
  const most = Math.min(BATCH_BYTES / pathBytes, WORK_A_TURN / pathWork);
  const share = Math.ceil(paths / (workers * (workers > 1 ? BATCHES_A_WORKER : 1)) / LANES) * LANES;
  const lanes = most < LANES ? most : Math.floor(most / LANES) * LANES;
  return Math.max(1, Math.min(Math.floor(lanes), share, paths));
}
