import { Failure } from '../failure.js';

/** What a worker sends back: a result, or a failure in a form that survives the thread border. */
export type WorkerReply<Result> =
  { result: Result } | { failure: { message: string; exitCode: number } };

/** The default export of a worker module: `work`, with failures sent back as data. */
export function workerEntry<Job, Result>(
  work: (job: Job) => Result | Promise<Result>,
): (job: Job) => Promise<WorkerReply<Result>> {
  return async (job) => {
    try {
      return { result: await work(job) };
    } catch (error) {
      if (error instanceof Failure) {
        return { failure: { message: error.message, exitCode: error.exitCode } };
      }
      throw error;
    }
  };
}

/** The result of a reply. @throws Failure when the worker sent one. */
export function unwrap<Result>(reply: WorkerReply<Result>): Result {
  if ('failure' in reply) throw new Failure(reply.failure.message, reply.failure.exitCode);
  return reply.result;
}
