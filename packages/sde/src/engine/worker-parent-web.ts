import type { AnswerRequests, WorkerReply, WorkerRequest } from './worker-host.js';

/** The part of a Web Worker's global scope that is used. */
declare const globalThis: {
  onmessage: ((event: { data: WorkerRequest }) => void) | null;
  postMessage(message: WorkerReply, transfer: ArrayBuffer[]): void;
};

/** Answers the requests to this Web Worker. */
export const answerRequests: AnswerRequests = (answer) => {
  globalThis.onmessage = ({ data }) => {
    void answer(data).then(({ reply, transfer }) => globalThis.postMessage(reply, transfer));
  };
};
