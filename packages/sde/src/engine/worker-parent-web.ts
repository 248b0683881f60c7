import type { AnswerRequests, WorkerReply, WorkerRequest } from './worker-host.js';

/** The part of a Web Worker's global scope that is used. */
declare const self: {
  onmessage: ((event: { data: WorkerRequest }) => void) | null;
  postMessage(message: WorkerReply, transfer: ArrayBuffer[]): void;
};

/** Answers the requests to this Web Worker. */
export const answerRequests: AnswerRequests = (answer) => {
  self.onmessage = ({ data }) => {
    void answer(data, (reply, transfer) => self.postMessage(reply, transfer));
  };
};
