import { describe, expect, test } from 'vitest';
import { simulateChain, simulateChainBatches } from '../chain/simulate-chain.js';
import type { EnsembleOptions } from '../ensemble/ensemble-options.js';
import type { Ensemble } from '../ensemble/ensemble.js';
import { architecture } from '../model/architecture.js';
import { mlpSde } from '../model/mlp-sde.js';
import { transformerSde } from '../model/transformer-sde.js';
import { simulate, simulateBatches } from '../solver/simulate.js';
import { equicorrelated } from '../testing/reference-point.js';

const arch = architecture({ tokens: 3, width: 16, depth: 6, gamma: 0.6, heads: 2 });
const common = { V0: equicorrelated(3, 0.2), paths: 23, seed: 5, firstPath: 100, stopAt: 1.5 };

type Options = Partial<EnsembleOptions>;
const kinds = {
  sde: {
    whole: (o: Options) => simulate({ arch, time: 0.5, steps: 8, ...common, ...o }),
    batches: (o: Options) => simulateBatches({ arch, time: 0.5, steps: 8, ...common, ...o }),
  },
  chain: {
    whole: (o: Options) => simulateChain({ arch, ...common, ...o }),
    batches: (o: Options) => simulateChainBatches({ arch, ...common, ...o }),
  },
};

async function all(batches: AsyncIterable<Ensemble>): Promise<Ensemble[]> {
  const list: Ensemble[] = [];
  for await (const batch of batches) list.push(batch);
  return list;
}

const cases = [
  ['sde', 'kernel'],
  ['sde', 'reference'],
  ['chain', 'kernel'],
  ['chain', 'reference'],
] as const;

describe.each(cases)('%s by the %s: batches', (kind, engine) => {
  const whole = (o: Options) => kinds[kind].whole({ engine, ...o });
  const batches = (o: Options) => kinds[kind].batches({ engine, ...o });

  test.each([1, 5, 23, 100])(
    'of %d are consecutive and have the bits of the whole',
    async (batch) => {
      const expected = await whole({});
      expect(expected.stoppedAt.some(Number.isFinite)).toBe(true);
      expect(expected.stoppedAt.every(Number.isFinite)).toBe(false);
      const parts = await all(batches({ batch }));
      expect(parts).toHaveLength(Math.ceil(23 / batch));
      let next = 100;
      for (const part of parts) {
        expect(part.firstPath).toBe(next);
        const [from, to] = [next - 100, next - 100 + part.paths];
        expect(part.V).toEqual(expected.V.subarray(from * 18, to * 18));
        expect(part.stoppedAt).toEqual(expected.stoppedAt.subarray(from, to));
        expect(part.times).toEqual(expected.times);
        next += part.paths;
      }
      expect(next).toBe(123);
      expect(parts.flatMap(({ events }) => events)).toEqual(expected.events);
      expect(await whole({ batch })).toEqual(expected);
    },
  );

  test('are computed when they are asked for, and V0 with them', async () => {
    const asked: number[] = [];
    const V0 = (path: number) => {
      asked.push(path);
      return common.V0;
    };
    const running = batches({ batch: 4, V0 });
    await running.next();
    expect(asked).toEqual([100, 101, 102, 103]);
    await running.return();
    expect(await running.next()).toEqual({ done: true, value: undefined });
    expect(asked).toHaveLength(4);
  });

  test('tell how many paths are done', async () => {
    const told: number[][] = [];
    await whole({ batch: 10, onProgress: (...counts) => told.push(counts) });
    expect(told).toEqual([
      [10, 23],
      [20, 23],
      [23, 23],
    ]);
  });

  test('leave room for the event loop, through which an abort comes', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    setTimeout(() => controller.abort(new TypeError('the user left')));
    const endless = whole({ batch: 1, paths: 1e5, signal });
    await expect(endless).rejects.toThrow(new TypeError('the user left'));
  });

  test('do not begin once aborted, nor go on', async () => {
    const reason = new Error('stop');
    await expect(whole({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(whole({ signal: AbortSignal.abort('no error') })).rejects.toThrow(
      /^simulate(Chain)?: aborted: no error\.$/,
    );
    const controller = new AbortController();
    const running = batches({ batch: 4, signal: controller.signal });
    await running.next();
    controller.abort(reason);
    await expect(running.next()).rejects.toBe(reason);
  });
});

test.each(['reference', 'kernel'] as const)(
  '%s: an abort is seen within one heavy path',
  async (engine) => {
    const large = architecture({ tokens: 64, width: 128, depth: 1 });
    const controller = new AbortController();
    const { signal } = controller;
    setTimeout(() => controller.abort(new Error('stop')));
    // Alone, this path would take minutes.
    const options = {
      arch: large,
      V0: equicorrelated(64, 0.2),
      time: 0.1,
      steps: 1e6,
      paths: 1,
      seed: 1,
    };
    const start = performance.now();
    await expect(simulate({ ...options, engine, signal })).rejects.toThrow('stop');
    expect(performance.now() - start).toBeLessThan(10_000);
  },
);

describe('a model that this package did not make', () => {
  const options = { ...common, V0: common.V0, time: 0.5, steps: 8 };
  const own = mlpSde(arch);
  /** A changed copy: its architecture no longer says what it is. */
  const foreign = { ...own, drift: (V: Float64Array, out = new Float64Array(9)) => out.fill(V[0]) };

  test('runs by its own functions, whatever it says of its architecture', async () => {
    const copy = await simulate({ ...options, model: { ...own } });
    expect(copy).toEqual(await simulate({ ...options, model: own, engine: 'reference' }));
    expect((await simulate({ ...options, model: foreign })).V).not.toEqual(copy.V);
  });

  test('is not solved by the Gram step, which would go by its architecture', async () => {
    const wrong = simulate({ ...options, model: foreign, solver: 'gramStep' });
    await expect(wrong).rejects.toThrow(/^gramStep: expected a model made by mlpSde/);
  });

  test.each([{ workers: 2 }, { engine: 'kernel' }] as const)('cannot go with %j', async (wrong) => {
    await expect(simulate({ ...options, model: foreign, ...wrong })).rejects.toThrow(
      /^simulate: expected a model as mlpSde, attentionSde or transformerSde made it, got another/,
    );
  });

  test('a model of this package is what its architecture says', async () => {
    const made = await simulate({ ...options, model: transformerSde(arch) });
    expect(made).toEqual(await simulate({ ...options, arch }));
    const layers = { ...options, model: own };
    expect(await simulate(layers)).toEqual(await simulate({ ...options, model: mlpSde(arch) }));
  });
});

describe('impossible requests are refused with what to do', () => {
  const NaNs = new Float64Array(9).fill(NaN);
  const indefinite = equicorrelated(3, -0.9);
  const each = Float64Array.from({ length: 23 * 9 }, (_, i) => common.V0[i % 9]);
  const spoiled = each.slice();
  spoiled.set(NaNs, 22 * 9);
  test.each<[Options, RegExp]>([
    [{ workers: 0 }, /workers to be a positive integer or a pool of workers, got 0/],
    [{ workers: -1 }, /workers .* got -1/],
    [{ workers: 1.5 }, /workers .* got 1.5/],
    [{ workers: NaN }, /workers .* got NaN/],
    [{ workers: '2' as unknown as number }, /workers .* got 2/],
    [{ workers: null as unknown as number }, /workers .* got null/],
    [{ batch: 0 }, /batch to be a positive integer, got 0/],
    [{ batch: 2.5 }, /batch .* got 2.5/],
    [{ memoryLimit: 0 }, /memoryLimit to be a positive number of bytes, got 0/],
    [{ memoryLimit: NaN }, /memoryLimit/],
    [{ firstPath: 2 ** 48 - 22 }, /firstPath \+ paths of at most 2\^48/],
    [{ engine: 'gpu' as 'kernel' }, /engine .*'reference', got 'gpu'/],
    [{ V0: NaNs }, /V0 to be finite, got NaN/],
    [{ V0: indefinite }, /V0 to be positive semidefinite/],
    [{ V0: spoiled }, /V0 of path 122 to be finite/],
    [{ V0: () => NaNs }, /V0\(100\) to be finite, got NaN at \[0, 0\]/],
    [{ V0: (path) => (path < 105 ? common.V0 : indefinite) }, /V0\(105\) to be positive semid/],
    [{ V0: () => [1, 2] as unknown as Float64Array }, /V0\(100\) of 9.* numbers, got a object/],
    [{ V0: undefined }, /V0 of 9 or 23 × 9 numbers, got a undefined/],
    [
      {
        V0: () => {
          throw new TypeError('no embedding');
        },
      },
      /^no embedding$/,
    ],
  ])('%j', async (wrong, message) => {
    for (const { whole, batches } of Object.values(kinds)) {
      await expect(whole(wrong)).rejects.toThrow(message);
      await expect(all(batches(wrong))).rejects.toThrow(message);
    }
  });

  test('covariances for some paths and slices for others', async () => {
    const slices = Float64Array.from({ length: 18 }, (_, i) => common.V0[i % 9] / 2);
    const V0 = (path: number) => (path < 110 ? slices : common.V0);
    await expect(simulateChain({ arch, ...common, V0 })).rejects.toThrow(
      /V0\(110\) of 18 numbers like the paths before, got 9/,
    );
  });
});

describe('memory', () => {
  test('an ensemble larger than the limit is refused before it is begun', async () => {
    for (const { whole } of Object.values(kinds)) {
      await expect(whole({ paths: 1e9 })).rejects.toThrow(
        /^simulate(Chain)?: expected covariances of at most 2 GiB at once, got 134 GiB \(1000000000 paths × 2 records × 3² × 8 bytes\)\. Take the paths in batches \(simulate(Chain)?Batches, summarize\)/,
      );
      await expect(whole({ memoryLimit: 3311 })).rejects.toThrow(
        /at most 3.23 KiB .* got 3.23 KiB/,
      );
      expect((await whole({ memoryLimit: 3312 })).paths).toBe(23);
    }
  });

  test('batches of it are not, unless one alone is too large', async () => {
    for (const { batches } of Object.values(kinds)) {
      const running = batches({ paths: 1e9 });
      expect((await running.next()).value).toMatchObject({ firstPath: 100 });
      await running.return();
      await expect(batches({ batch: 10, memoryLimit: 1439 }).next()).rejects.toThrow(
        /got 1.41 KiB \(10 paths .* Record fewer steps, take smaller batches or fewer workers\./,
      );
    }
  });
});
