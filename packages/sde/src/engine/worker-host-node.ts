/* eslint-disable no-restricted-imports --
   Only Node resolves "#worker-host" to this file; browsers get worker-host-web.ts. */
/// <reference types="node" />
import { Worker } from 'node:worker_threads';
import type { StartWorker, WorkerReply } from './worker-host.js';

/** Starts a worker thread of Node. */
export const startWorker: StartWorker = ({ reply, death }) => {
  const worker = new Worker(new URL('./worker-entry.js', import.meta.url), {
    // The flags of the process may not suit a module file (`--input-type`) and are not needed.
    execArgv: [],
  });
  worker.on('message', (message: WorkerReply) => reply(message));
  worker.on('messageerror', (error) => death(`sent what cannot be read: ${error.message}`));
  worker.on('error', (error) => death(`failed: ${error.message}`));
  worker.on('exit', (code) => death(`ended with exit code ${code}`));
  worker.unref();
  return {
    post: (request) => worker.postMessage(request),
    hold: (alive) => (alive ? worker.ref() : worker.unref()),
    terminate: async () => void (await worker.terminate()),
  };
};
