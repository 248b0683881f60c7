/** Bytes of covariances in one batch: a message of this size passes in about a millisecond. */
const BATCH_BYTES = 4 * 2 ** 20;

/** Batches a worker gets at least, so that none waits long for the last. */
const BATCHES_A_WORKER = 4;

/** What a batch size is chosen from. */
export interface BatchNeeds {
  readonly paths: number;
  /** Bytes of one path's record. */
  readonly pathBytes: number;
  /** Work of one path, in the units of `work.ts`. */
  readonly pathWork: number;
  /** Work of some tens of milliseconds. */
  readonly workATurn: number;
  /** Paths that advance together. */
  readonly lanes: number;
  /** Number of workers; 0 for the calling thread. */
  readonly workers: number;
}

/**
 * Paths a batch: the most of a few MB and some tens of milliseconds, shared evenly among the workers,
 * as a multiple of `lanes`, at least one.
 */
export function batchSize(needs: BatchNeeds): number {
  const { paths, pathBytes, pathWork, workATurn, lanes, workers } = needs;
  const most = Math.min(BATCH_BYTES / pathBytes, workATurn / pathWork);
  const share = workers === 0 ? paths : paths / (workers * BATCHES_A_WORKER);
  const groups = Math.max(1, Math.min(Math.floor(most / lanes), Math.ceil(share / lanes)));
  if (workers === 0) return Math.min(groups * lanes, paths);
  // As many batches as workers, twice as many, …: else some wait at the end.
  const all = Math.ceil(paths / lanes);
  const rounds = Math.ceil(all / groups / workers);
  return Math.min(Math.ceil(all / (rounds * workers)) * lanes, paths);
}
