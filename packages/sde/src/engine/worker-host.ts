import type { Ensemble } from '../ensemble/ensemble.js';
import type { EngineName } from './engine.js';
import type { EnsembleTask } from './task.js';

/** What a worker is asked for. */
export interface WorkerRequest {
  readonly id: number;
  readonly task: EnsembleTask;
  readonly engine: EngineName;
}

/** What a worker answers: the paths, or what went wrong. */
export type WorkerReply =
  | { readonly id: number; readonly ensemble: Ensemble }
  | { readonly id: number; readonly error: unknown };

/** A started worker, the same in Node and in browsers. */
export interface WorkerPort {
  post(request: WorkerRequest): void;
  /** Whether the worker keeps the process alive; a browser's never does. */
  hold(alive: boolean): void;
  /** Ends the worker at once, whatever it does. */
  terminate(): Promise<void>;
}

/** What is told of a worker. */
export interface WorkerEvents {
  reply(reply: WorkerReply): void;
  /** The worker could not start, or ended without being asked to. Told at least once. */
  death(reason: string): void;
}

/** Starts a worker; `#worker-host` is the one of Node or of browsers. */
export type StartWorker = (events: WorkerEvents) => WorkerPort;

/** Answers the requests to this worker; `#worker-parent` is that of Node or of browsers. */
export type AnswerRequests = (
  answer: (request: WorkerRequest) => Promise<{ reply: WorkerReply; transfer: ArrayBuffer[] }>,
) => void;
