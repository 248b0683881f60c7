/* eslint-disable no-restricted-imports --
   Only Node resolves "#worker-parent" to this file; browsers get worker-parent-web.ts. */
/// <reference types="node" />
import { parentPort } from 'node:worker_threads';
import type { AnswerRequests, WorkerRequest } from './worker-host.js';

/** Answers the requests to this worker thread of Node. */
export const answerRequests: AnswerRequests = (answer) => {
  parentPort?.on('message', (request: WorkerRequest) => {
    void answer(request, (reply, transfer) => parentPort?.postMessage(reply, transfer));
  });
};
