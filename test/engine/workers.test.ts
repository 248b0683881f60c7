import type { Worker } from 'node:worker_threads';
import {
  architecture,
  simulate,
  simulateBatches,
  simulateChain,
  simulateChainBatches,
  workerPool,
  type Ensemble,
  type EnsembleOptions,
} from '@shaped/sde';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

const TOKENS = 4;
const PATHS = 61;
const arch = architecture({ tokens: TOKENS, width: 32, depth: 16, heads: 2, mask: 'causal' });

/** V0 of each path, some of them near enough to the bound that the path stops. */
const V0 = (path: number) =>
  Float64Array.from({ length: TOKENS ** 2 }, (_, i) =>
    i % (TOKENS + 1) === 0 ? 1 + (path % 3) / 10 : 0.3,
  );
/** Steps so large that Euler–Maruyama leaves the cone: events. */
const coarse = architecture({ ...arch, gamma: 0.9, lambda: Math.sqrt(1 - 0.81), tau0: 0.5 });
const common = { V0, paths: PATHS, seed: 12, firstPath: 7, stopAt: 1.9 };

type Options = Partial<EnsembleOptions>;
const kinds = {
  sde: {
    whole: (o: Options) => simulate({ arch: coarse, time: 0.5, steps: 20, ...common, ...o }),
    batches: (o: Options) =>
      simulateBatches({ arch: coarse, time: 0.5, steps: 20, ...common, ...o }),
  },
  chain: {
    whole: (o: Options) => simulateChain({ arch, ...common, ...o }),
    batches: (o: Options) => simulateChainBatches({ arch, ...common, ...o }),
  },
};

/** Work without an end in sight. */
const ENDLESS = { paths: 1e7, memoryLimit: 1e12, batch: 4 };

/** Every worker thread that this process started, and those that still run. */
const started: Worker[] = [];
const running = new Set<Worker>();
const watch = (worker: Worker) => {
  started.push(worker);
  running.add(worker);
  worker.once('exit', () => running.delete(worker));
};
const rejections: unknown[] = [];
const note = (reason: unknown) => void rejections.push(reason);
beforeAll(() => {
  process.on('worker', watch);
  process.on('unhandledRejection', note);
});
afterAll(() => {
  process.off('worker', watch);
  process.off('unhandledRejection', note);
});
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  expect(running.size).toBe(0);
  expect(rejections).toEqual([]);
  started.length = 0;
});

const cases = [
  ['sde', 'kernel'],
  ['sde', 'reference'],
  ['chain', 'kernel'],
  ['chain', 'reference'],
] as const;

describe.each(cases)('%s by the %s', (kind, engine) => {
  const whole = (o: Options) => kinds[kind].whole({ engine, ...o });
  const batches = (o: Options) => kinds[kind].batches({ engine, ...o });
  let inline: Ensemble;
  beforeAll(async () => {
    inline = await whole({});
    expect(inline.stoppedAt.some(Number.isFinite)).toBe(true);
    expect(inline.stoppedAt.every(Number.isFinite)).toBe(false);
    expect(inline.events.length > 0).toBe(kind === 'sde');
  });

  const cases = [1, 2, 7].flatMap((workers) =>
    [undefined, 1, 8, 100].map((batch) => [workers, batch] as const),
  );
  test.each(cases)('the same bits with %d workers and batches of %s', async (workers, batch) => {
    const threaded = await whole({ workers, batch });
    expect(threaded).toEqual(inline);
    const needed = batch === 100 ? 1 : workers;
    expect(started).toHaveLength(needed);
  });

  test('batches arrive in the order of the paths', async () => {
    const parts: Ensemble[] = [];
    for await (const part of batches({ workers: 2, batch: 5 })) parts.push(part);
    expect(parts.map(({ firstPath }) => firstPath)).toEqual(parts.map((_, i) => 7 + 5 * i));
    expect(parts.flatMap(({ V }) => [...V])).toEqual([...inline.V]);
    expect(parts.flatMap(({ events }) => events)).toEqual(inline.events);
  });

  test('a slow consumer has at most two batches a worker waiting', async () => {
    let asked = 0;
    const slow = batches({
      ...{ ...ENDLESS, workers: 2, batch: 3 },
      V0: (path) => {
        asked++;
        return V0(path);
      },
    });
    for (let taken = 1; taken <= 3; taken++) {
      await slow.next();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(asked).toBe(3 * (taken + 4));
    }
    await slow.return();
  });

  test('a pool serves one simulation after the other, and two at once', async () => {
    const pool = workerPool(2);
    expect(await whole({ workers: pool, batch: 8 })).toEqual(inline);
    expect(await Promise.all([whole({ workers: pool }), whole({ workers: pool })])).toEqual([
      inline,
      inline,
    ]);
    expect(started).toHaveLength(2);
    await pool.close();
  });

  // Tried again, as other programs may keep the machine busy.
  test('an abort ends workers and simulation within 100 ms', { retry: 2 }, async () => {
    const controller = new AbortController();
    const reason = new Error('changed my mind');
    let abortedAt = NaN;
    const onProgress = (done: number) => {
      if (done !== 40) return;
      abortedAt = performance.now();
      controller.abort(reason);
    };
    const endless = whole({ ...ENDLESS, workers: 2, signal: controller.signal, onProgress });
    await expect(endless).rejects.toBe(reason);
    expect(performance.now() - abortedAt).toBeLessThan(100);
    expect(started).toHaveLength(2);
    expect(running.size).toBe(0);
  });

  test('an abort ends the workers also while the consumer is elsewhere', async () => {
    const controller = new AbortController();
    const left = batches({ ...ENDLESS, workers: 2, signal: controller.signal });
    await left.next();
    controller.abort(new Error('gone'));
    await expect.poll(() => running.size).toBe(0);
    await expect(left.next()).rejects.toThrow('gone');
  });

  test.each([
    ['return', (generator: AsyncGenerator) => generator.return(undefined)],
    ['throw', (generator: AsyncGenerator) => generator.throw(new Error('x')).catch(() => {})],
  ])('a generator left by %s ends its workers', async (_, leave) => {
    const generator = batches({ ...ENDLESS, workers: 2 });
    await generator.next();
    expect(running.size).toBe(2);
    await leave(generator);
    expect(running.size).toBe(0);
  });

  test('an error of V0 ends the workers', async () => {
    const spoiled = (path: number) => (path < 60 ? V0(path) : new Float64Array(16).fill(NaN));
    await expect(whole({ workers: 2, batch: 4, V0: spoiled })).rejects.toThrow(
      /V0\(60\) to be finite, got NaN at \[0, 0\]/,
    );
    expect(started).toHaveLength(2);
  });

  test('a worker that dies rejects the simulation and says so', async () => {
    const endless = whole({
      ...ENDLESS,
      workers: 2,
      onProgress: () => void started[1].terminate(),
    });
    await expect(endless).rejects.toThrow(
      // Node gives 0 for one that was still starting.
      /^simulate(Chain)?: expected a worker that answers, got one that ended with exit code [01]\./,
    );
  });

  test('a worker that was sent nonsense rejects what it was asked for, and the pool lives on', async () => {
    const pool = workerPool(1);
    const task = { caller: 'simulate' } as Parameters<typeof pool.run>[0];
    await expect(pool.run(task, engine)).rejects.toThrow(/./);
    expect(await whole({ workers: pool })).toEqual(inline);
    expect(started).toHaveLength(1);
    await pool.close();
  });
});
