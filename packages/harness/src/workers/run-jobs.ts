import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { interruption, throwIfInterrupted } from '../failure.js';
import { unwrap, type WorkerReply } from './worker-entry.js';

/** More threads gain little on jobs of this size. */
const DEFAULT_MOST = 8;

/** Worker threads taken where none were asked for: one a core, at most 8. */
export const defaultWorkers = (): number => Math.min(availableParallelism(), DEFAULT_MOST);

export interface JobOptions<Job, Result> {
  jobs: readonly Job[];
  /** What a job does in this thread. */
  inline: (job: Job) => Result | Promise<Result>;
  /** The built module whose default export, a `workerEntry`, does the same in a worker thread. */
  worker: URL;
  /** Worker threads; undefined takes one a core, at most 8; 0 works in this thread. */
  workers: number | undefined;
  signal?: AbortSignal;
  /** Called in the order of completion. */
  onResult?: (result: Result, index: number) => void;
}

/**
 * The results of independent jobs, in the order of the jobs, whatever the number of workers.
 *
 * @throws whatever a job throws, or the interruption when `signal` is aborted
 */
export async function runJobs<Job, Result>(options: JobOptions<Job, Result>): Promise<Result[]> {
  const { jobs, signal, onResult } = options;
  throwIfInterrupted(signal);
  const wanted = options.workers ?? defaultWorkers();
  const workers = Math.min(wanted, jobs.length);
  // Sources run under a test runner have no built worker beside them: they work in this thread.
  if (workers === 0 || !existsSync(fileURLToPath(options.worker))) {
    const results: Result[] = [];
    for (const [index, job] of jobs.entries()) {
      throwIfInterrupted(signal);
      const result = await options.inline(job);
      results.push(result);
      onResult?.(result, index);
      await new Promise((resolve) => setImmediate(resolve)); // lets signals and progress through
    }
    return results;
  }
  const pool = new Piscina({
    filename: fileURLToPath(options.worker),
    minThreads: workers,
    maxThreads: workers,
  });
  const stop = new AbortController();
  const forward = () => stop.abort();
  signal?.addEventListener('abort', forward, { once: true });
  try {
    const results = new Array<Result>(jobs.length);
    const rest = jobs.entries();
    // One more hand than threads, so that a thread never waits for its next job.
    const hands = Array.from({ length: workers + 1 }, async () => {
      for (const [index, job] of rest) {
        const reply = (await pool.run(job, { signal: stop.signal })) as WorkerReply<Result>;
        results[index] = unwrap(reply);
        onResult?.(results[index], index);
      }
    });
    await Promise.all(hands);
    return results;
  } catch (cause) {
    stop.abort();
    if (signal?.aborted) throw interruption(signal);
    throw cause;
  } finally {
    signal?.removeEventListener('abort', forward);
    await pool.destroy();
  }
}
