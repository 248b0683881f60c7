import { describe, expect, test } from 'vitest';
import type { Ensemble } from '../ensemble/ensemble.js';
import { architecture } from '../model/architecture.js';
import type { EnsembleTask } from './task.js';
import type { WorkerEvents, WorkerPort, WorkerReply, WorkerRequest } from './worker-host.js';
import { startWorker as startWebWorker } from './worker-host-web.js';
import { poolOf, workerPool } from './worker-pool.js';

/** A worker that answers when it is told to. */
interface Puppet extends WorkerEvents {
  readonly requests: WorkerRequest[];
  held: boolean;
  ended: boolean;
  answer(): void;
}

function puppets(size: number) {
  const started: Puppet[] = [];
  const start = (events: WorkerEvents): WorkerPort => {
    const puppet: Puppet = {
      ...{ ...events, requests: [], held: false, ended: false },
      answer() {
        const { id, task } = puppet.requests.shift() as WorkerRequest;
        events.reply({ id, ensemble: { firstPath: task.firstPath } as Ensemble });
      },
    };
    started.push(puppet);
    return {
      post: (request) => void puppet.requests.push(request),
      hold: (alive) => void (puppet.held = alive),
      terminate: () => Promise.resolve(void (puppet.ended = true)),
    };
  };
  return { started, pool: poolOf(size, start, 'simulate') };
}

const task = (firstPath: number): EnsembleTask => ({
  ...{ kind: 'chain', arch: architecture({ tokens: 1, width: 2, depth: 1 }), seed: 1 },
  hiddenPrecision: 'double',
  ...{ caller: 'simulate', tokens: 1, steps: 1, dt: 0.5, stepWork: 1, firstPath, paths: 1 },
  ...{ startSize: 1, V0: Float64Array.of(1), stopAt: Infinity, recordAt: [1] },
});

describe('a pool of workers', () => {
  test('starts a worker with its first task and gives each task to the least busy', async () => {
    const { started, pool } = puppets(3);
    expect(started).toHaveLength(0);
    const results = [0, 1, 2, 3].map((path) => pool.run(task(path), 'reference'));
    expect(started.map(({ requests }) => requests.length)).toEqual([2, 1, 1]);
    started[1].answer();
    expect((await results[1]).firstPath).toBe(1);
    void pool.run(task(4), 'reference');
    expect(started.map(({ requests }) => requests.length)).toEqual([2, 1, 1]);
    started[0].answer();
    started[0].answer();
    expect((await results[3]).firstPath).toBe(3);
  });

  test('holds the process while something is asked of a worker, and no longer', async () => {
    const { started, pool } = puppets(1);
    const [first, second] = [pool.run(task(0), 'reference'), pool.run(task(1), 'reference')];
    expect(started[0].held).toBe(true);
    started[0].answer();
    await first;
    expect(started[0].held).toBe(true);
    started[0].answer();
    await second;
    expect(started[0].held).toBe(false);
  });

  test('rejects all that a dead worker was asked for, saying what happened, and starts another', async () => {
    const { started, pool } = puppets(1);
    const lost = [pool.run(task(0), 'reference'), pool.run(task(1), 'reference')];
    started[0].death('ended with exit code 3');
    started[0].death('ended with exit code 3');
    for (const result of lost) {
      await expect(result).rejects.toThrow(
        /^simulate: expected a worker that answers, got one that ended with exit code 3\./,
      );
    }
    expect(started[0].ended).toBe(true);
    const again = pool.run(task(2), 'reference');
    started[0].reply({ id: 0, error: { name: 'Error', message: 'late' } });
    started[1].answer();
    expect((await again).firstPath).toBe(2);
  });

  test('an error of a worker is the error of its task alone', async () => {
    const { started, pool } = puppets(1);
    const [bad, good] = [pool.run(task(0), 'reference'), pool.run(task(1), 'reference')];
    const { id } = started[0].requests.shift() as WorkerRequest;
    const reply: WorkerReply = { id, error: { name: 'RangeError', message: 'gramStep: no.' } };
    started[0].reply(reply);
    await expect(bad).rejects.toThrow(RangeError);
    await expect(bad).rejects.toThrow(/^gramStep: no\.$/);
    started[0].answer();
    expect((await good).firstPath).toBe(1);
  });

  test('ends its workers when it is closed, and then takes no more', async () => {
    const { started, pool } = puppets(2);
    const lost = pool.run(task(0), 'reference');
    await pool.close();
    await expect(lost).rejects.toThrow(/the pool was closed/);
    expect(started.map(({ ended }) => ended)).toEqual([true]);
    await expect(pool.run(task(1), 'reference')).rejects.toThrow(/an open pool of workers/);
    expect(started).toHaveLength(1);
  });

  test('rejects when a worker cannot start, and says why', async () => {
    // Beside the sources there is no built worker.
    const result = workerPool(1).run(task(0), 'reference');
    await expect(result).rejects.toThrow(/one that failed: Cannot find module .*worker-entry\.js/);
    const nowhere = poolOf(1, startWebWorker, 'simulate').run(task(0), 'reference');
    await expect(nowhere).rejects.toThrow(/expected a browser with Web Workers/);
  });

  test.each([0, -1, 1.5, NaN])('has no size of %d', (size) => {
    expect(() => workerPool(size)).toThrow(
      /^workerPool: expected workers to be a positive integer/,
    );
  });
});
