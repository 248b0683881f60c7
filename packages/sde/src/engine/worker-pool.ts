// eslint-disable-next-line @nx/enforce-module-boundaries -- Package imports choose by platform.
import { startWorker } from '#worker-host';
import type { Ensemble } from '../ensemble/ensemble.js';
import type { EngineName } from './engine.js';
import type { EnsembleTask } from './task.js';
import type { StartWorker, WorkerPort, WorkerReply } from './worker-host.js';

/** Tasks that a worker has at most, so that it never waits for the next one. */
export const TASKS_A_WORKER = 2;

/** Workers that stay between simulations, which then need not start their own. */
export interface WorkerPool {
  /** Number of workers. */
  readonly size: number;
  /** The paths of a task, computed by the worker with the least to do. */
  run(task: EnsembleTask, engine: EngineName): Promise<Ensemble>;
  /** Ends the workers at once; what they were computing is rejected. Resolves when they ended. */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (ensemble: Ensemble) => void;
  readonly reject: (error: Error) => void;
}

/** One worker and what it was asked for; started with its first task, and anew after a death. */
class Seat {
  readonly #start: StartWorker;
  readonly #waiting = new Map<number, Waiting>();
  #port: WorkerPort | undefined;
  #nextId = 0;

  constructor(start: StartWorker) {
    this.#start = start;
  }

  /** Number of tasks not answered yet. */
  get load(): number {
    return this.#waiting.size;
  }

  run(task: EnsembleTask, engine: EngineName): Promise<Ensemble> {
    return new Promise((resolve, reject) => {
      this.#port ??= this.#open(task.caller);
      const id = this.#nextId++;
      this.#port.post({ id, task, engine });
      this.#waiting.set(id, { resolve, reject });
      this.#port.hold(true);
    });
  }

  async close(reason: Error): Promise<void> {
    const port = this.#port;
    this.#fail(reason);
    await port?.terminate();
  }

  #open(caller: string): WorkerPort {
    const port = this.#start({
      reply: (reply) => {
        if (port === this.#port) this.#settle(reply);
      },
      death: (reason) => {
        if (port !== this.#port) return;
        this.#fail(
          new Error(
            `${caller}: expected a worker that answers, got one that ${reason}. ` +
              'Leave workers out to see the cause in the calling thread.',
          ),
        );
        void port.terminate();
      },
    });
    return port;
  }

  #settle(reply: WorkerReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.load === 0) this.#port?.hold(false);
    if ('ensemble' in reply) waiting?.resolve(reply.ensemble);
    else waiting?.reject(errorOf(reply.error));
  }

  #fail(error: Error): void {
    this.#port = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}

/** An error of a worker as one of this thread. */
function errorOf({ name, message }: { name: string; message: string }): Error {
  return name === 'RangeError'
    ? new RangeError(message)
    : Object.assign(new Error(message), { name });
}

/**
 * A pool of `size` worker threads, Web Workers in a browser, to be given to simulations as `workers`.
 * Each starts with its first task; idle ones do not keep a process alive. Worth it where many short
 * simulations follow each other. When a simulation on a pool is aborted, the few batches that were
 * begun (at most two a worker) are finished and dropped.
 *
 * @throws RangeError when `size` is not a positive integer
 */
export function workerPool(size: number, caller = 'workerPool'): WorkerPool {
  return poolOf(size, startWorker, caller);
}

/** The pool over any kind of worker. */
export function poolOf(size: number, start: StartWorker, caller: string): WorkerPool {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new RangeError(
      `${caller}: expected workers to be a positive integer, got ${size}. ` +
        'Leave workers out to compute in the calling thread.',
    );
  }
  const seats = Array.from({ length: size }, () => new Seat(start));
  let closing: Promise<unknown> | undefined;
  return {
    size,
    async run(task, engine) {
      if (closing !== undefined) {
        throw new Error(
          `${task.caller}: expected an open pool of workers, got a closed one. Make another.`,
        );
      }
      const seat = seats.reduce((least, other) => (other.load < least.load ? other : least));
      return seat.run(task, engine);
    },
    async close() {
      const reason = new Error('workerPool: the pool was closed. Close it when its work is done.');
      closing ??= Promise.all(seats.map((seat) => seat.close(reason)));
      await closing;
    },
  };
}
