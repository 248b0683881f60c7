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
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } };

/** A started worker, the same in Node and in browsers. */
export interface WorkerPort {
  readonly post: (request: WorkerRequest) => void;
  /** Whether the worker keeps the process alive; a browser's never does. */
  readonly hold: (alive: boolean) => void;
  /** Ends the worker at once, whatever it does. */
  readonly terminate: () => Promise<void>;
}

/** What is told of a worker. */
export interface WorkerEvents {
  readonly reply: (reply: WorkerReply) => void;
  /** The worker could not start, or ended without being asked to; perhaps told more than once. */
  readonly death: (reason: string) => void;
}

/** Starts a worker; `#worker-host` is the one of Node or of browsers. */
export type StartWorker = (events: WorkerEvents) => WorkerPort;

/** Sends a reply, handing over the given buffers. */
export type SendReply = (reply: WorkerReply, transfer: ArrayBuffer[]) => void;

/** Has `answer` answer the requests to this worker; `#worker-parent` is that of Node or browsers. */
export type AnswerRequests = (
  answer: (request: WorkerRequest, send: SendReply) => Promise<void>,
) => void;
