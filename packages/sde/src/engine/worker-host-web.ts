import type { StartWorker, WorkerReply, WorkerRequest } from './worker-host.js';

/** The parts of a browser's Worker and URL that are used. */
interface WebWorker {
  onmessage: ((event: { data: WorkerReply }) => void) | null;
  onerror: ((event: { message?: string; preventDefault(): void }) => void) | null;
  onmessageerror: (() => void) | null;
  postMessage(message: WorkerRequest): void;
  terminate(): void;
}
declare const Worker: new (url: object, options: { type: 'module' }) => WebWorker;
declare const URL: new (url: string, base: string) => object;

/**
 * Starts a Web Worker. Bundlers find the worker's file by the expression below, which must stay as
 * it is.
 *
 * @throws Error where there are no Web Workers
 */
export const startWorker: StartWorker = ({ reply, death }) => {
  if (typeof Worker === 'undefined') {
    throw new Error(
      'startWorker: expected a browser with Web Workers, got an environment without. ' +
        'Leave workers out, or resolve the package with the condition "node".',
    );
  }
  const worker = new Worker(new URL('./worker-entry.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }) => reply(data);
  worker.onmessageerror = () => death('sent what cannot be read');
  worker.onerror = (event) => {
    event.preventDefault();
    // A script that cannot be loaded has no message.
    death(event.message ? `failed: ${event.message}` : 'could not be loaded: worker-entry.js');
  };
  return {
    post: (request) => worker.postMessage(request),
    hold: () => undefined,
    terminate: () => Promise.resolve(worker.terminate()),
  };
};
