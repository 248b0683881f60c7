import { describe, expect, test } from 'vitest';
import { EXIT, Failure } from '../failure.js';
import { runJobs, type JobOptions } from './run-jobs.js';
import { unwrap, workerEntry } from './worker-entry.js';

/** No built module: the jobs run in this thread. */
const worker = new URL('./absent-worker.js', import.meta.url);

const options = (change: Partial<JobOptions<number, number>> = {}): JobOptions<number, number> => ({
  jobs: [3, 1, 2],
  inline: (job) => job * 10,
  worker,
  workers: 0,
  ...change,
});

describe('runJobs', () => {
  test('returns the results in the order of the jobs, also of slow ones', async () => {
    const inline = async (job: number) => {
      await new Promise((resolve) => setTimeout(resolve, 5 * (4 - job)));
      return job * 10;
    };
    expect(await runJobs(options({ inline }))).toEqual([30, 10, 20]);
  });

  test('tells every result once, with its index', async () => {
    const told: [number, number][] = [];
    await runJobs(options({ onResult: (result, index) => void told.push([result, index]) }));
    expect(told).toEqual([
      [30, 0],
      [10, 1],
      [20, 2],
    ]);
  });

  test('has nothing to do without jobs', async () => {
    expect(await runJobs(options({ jobs: [] }))).toEqual([]);
    expect(await runJobs(options({ jobs: [], workers: 4 }))).toEqual([]);
  });

  test.each([0, 2])(
    'a job that fails ends the work with its Failure (workers: %i)',
    async (workers) => {
      const done: number[] = [];
      const inline = (job: number) => {
        if (job === 1) throw new Failure('layer 3 overflows', EXIT.failed);
        done.push(job);
        return job;
      };
      const work = runJobs(options({ inline, workers }));
      await expect(work).rejects.toThrow(Failure);
      await expect(work).rejects.toThrow('layer 3 overflows');
      expect(done).toEqual([3]);
    },
  );

  test('an abort between two jobs ends the work with the interruption', async () => {
    const controller = new AbortController();
    const done: number[] = [];
    const onResult = (result: number) => {
      done.push(result);
      if (result === 10) controller.abort(new Failure('Interrupted.', EXIT.interrupted));
    };
    const work = runJobs(options({ signal: controller.signal, onResult }));
    await expect(work).rejects.toMatchObject({ exitCode: EXIT.interrupted });
    expect(done).toEqual([30, 10]);
  });

  test('a signal between two jobs gets through: work leaves room for the event loop', async () => {
    const controller = new AbortController();
    setImmediate(() => controller.abort(new Failure('Terminated.', EXIT.terminated)));
    const jobs = Array.from({ length: 50 }, (_, i) => i);
    const work = runJobs(options({ jobs, signal: controller.signal }));
    await expect(work).rejects.toMatchObject({ exitCode: EXIT.terminated });
  });

  test('a signal that was aborted before starts no job', async () => {
    const controller = new AbortController();
    controller.abort(new Failure('Interrupted.', EXIT.interrupted));
    let started = 0;
    const inline = () => ++started;
    await expect(runJobs(options({ inline, signal: controller.signal }))).rejects.toThrow(
      'Interrupted.',
    );
    expect(started).toBe(0);
  });
});

describe('a worker’s reply', () => {
  test('carries results across the thread border, typed arrays included', async () => {
    const entry = workerEntry((job: number) => ({ V: new Float64Array([job, NaN, Infinity]) }));
    const reply = structuredClone(await entry(2));
    expect(unwrap(reply)).toEqual({ V: new Float64Array([2, NaN, Infinity]) });
  });

  test('carries a Failure with its message and exit code', async () => {
    const entry = workerEntry(() => {
      throw new Failure('expected a text, got none', EXIT.usage);
    });
    const reply = structuredClone(await entry(2));
    expect(() => unwrap(reply)).toThrow(Failure);
    expect(() => unwrap(reply)).toThrow(
      expect.objectContaining({ message: 'expected a text, got none', exitCode: EXIT.usage }),
    );
  });

  test('an error that is no Failure is a bug and is thrown as it is', async () => {
    const bug = new TypeError('x is undefined');
    const entry = workerEntry(() => Promise.reject(bug));
    await expect(entry(1)).rejects.toBe(bug);
  });
});
