import { performance } from 'node:perf_hooks';
import { workerPool } from '../../../packages/sde/dist/index.js';
import { runJob } from './run-job.mjs';

/** The least time that a trial takes: shorter ones measure the start of a worker. */
const TRIAL_SECONDS = 2;

/** Paths of the first trial; doubled until it is long enough. */
const FIRST_PATHS = 4;

/**
 * Seconds that jobs will take, by trials: one of the SDE and one of a chain of each width. A trial's
 * results are thrown away.
 */
export async function estimate(jobs, workers) {
  const pool = workerPool(workers);
  try {
    let seconds = 0;
    for (const [kind, own] of groups(jobs)) {
      const paths = own.reduce((sum, job) => sum + job.paths, 0);
      // Twice the coarse solution's steps, and the coarse ones in one thread.
      const factor = kind === 'step' ? 1 + workers / 2 : 1;
      seconds += factor * paths * (await secondsAPath(own[0], pool));
    }
    return seconds;
  } finally {
    await pool.close();
  }
}

/** Jobs of one kind cost the same a path; those not named cost what the SDE does. */
const KINDS = {
  chain: ({ width }) => width,
  unshaped: ({ gamma, width }) => `${gamma}/${width}`,
  curves: ({ gamma }) => `curves ${gamma}`,
  step: () => 'step',
};

function groups(jobs) {
  const all = new Map();
  for (const job of jobs) {
    const kind = KINDS[job.source]?.(job) ?? 'sde';
    all.set(kind, [...(all.get(kind) ?? []), job]);
  }
  return all;
}

async function secondsAPath(job, pool) {
  const source = job.source === 'step' ? 'sde' : job.source;
  for (let paths = FIRST_PATHS; ; paths *= 2) {
    const start = performance.now();
    await runJob({ ...job, source, firstPath: 0, paths }, pool);
    const seconds = (performance.now() - start) / 1000;
    if (seconds >= TRIAL_SECONDS || paths >= job.paths) return seconds / paths;
  }
}
