import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Failure } from '../../failure.js';
import type { Reporter } from '../../progress/reporter.js';
import type { SliceWork } from './slice-worker.js';

/** The built module of a thread. Sources run under a test runner have none beside them. */
const WORKER = new URL('./slice-worker.js', import.meta.url);

/** Whether threads can be started here. */
export const hasThreads = (): boolean => existsSync(fileURLToPath(WORKER));

interface Thread {
  worker: Worker;
  isReady: boolean;
  /** How it ended. */
  end?: string;
}

/**
 * Threads that compute slices beside this one. They take part from when they have started, which this
 * thread learns of between two steps, and do not keep the process alive.
 */
export class SliceThreads {
  readonly #threads: Thread[];

  constructor(count: number, work: SliceWork, reporter: Pick<Reporter, 'warn'>) {
    this.#threads = Array.from({ length: count }, () => {
      // The flags of the process may not suit a module file and are not needed.
      const worker = new Worker(WORKER, { workerData: work, execArgv: [] });
      const thread: Thread = { worker, isReady: false };
      const end = (how: string) => {
        if (thread.end === undefined && !thread.isReady) {
          reporter.warn(`A second thread does not start (${how}): training uses one core less.`);
        }
        thread.end ??= how;
      };
      worker.on('message', () => (thread.isReady = true));
      worker.on('error', ({ message }) => end(message));
      worker.on('exit', (code) => end(`it ended with exit code ${code}`));
      worker.unref();
      return thread;
    });
  }

  /** Whether one of them takes part. */
  get areReady(): boolean {
    return this.#threads.some(({ isReady }) => isReady);
  }

  /** @throws Failure when one that takes part has ended, also without a word */
  check(): void {
    for (const { worker, isReady, end } of this.#threads) {
      // Events of its end come between steps; a thread that is gone has no event loop to be idle.
      const isGone = worker.performance.eventLoopUtilization().idle < 0;
      if (!isReady || (end === undefined && !isGone)) continue;
      throw new Failure(
        `train: expected a thread that computes its part of the batch, got one that ended (${end ?? 'without a word'}). Go on with --resume; --workers 0 computes all in one thread.`,
      );
    }
  }

  dispose(): void {
    for (const thread of this.#threads) {
      thread.end = 'it is not needed any more';
      void thread.worker.terminate();
    }
  }
}
