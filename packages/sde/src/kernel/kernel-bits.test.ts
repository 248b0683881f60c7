import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Ensemble } from '../ensemble/ensemble.js';
import { architecture, type ArchitectureOptions } from '../model/architecture.js';
import {
  decayingCovariance,
  KINDS,
  simulateKind,
  twins,
  type Kind,
  type TwinOptions,
} from '../testing/engine-twins.js';

const STEPS = 6;
const PATHS = 11;

/** Steps that are halved twice. */
const HALVED: Partial<TwinOptions> = { steps: 8, refines: 2 };
const AS_THEY_ARE: Partial<TwinOptions> = {};

/** Models that share nothing: each mask, heads followed apart, rows that the kernel pads. */
const MODELS: Record<string, ArchitectureOptions> = {
  full: { tokens: 5, width: 24, depth: STEPS, gamma: 0.5 },
  'causal, heads': { tokens: 5, width: 24, depth: STEPS, gamma: 0.5, mask: 'causal', heads: 4 },
  'any mask, projected heads': {
    ...{ tokens: 3, width: 24, depth: STEPS, gamma: 0.5, heads: 2, outputProjection: true },
    mask: [
      [1, 0, 1],
      [0, 1, 1],
      [1, 1, 0],
    ],
  },
  'many tokens': { tokens: 65, width: 72, depth: STEPS, gamma: 0.3, mask: 'causal' },
};
const cases = Object.entries(MODELS).flatMap(([name, options]) => [
  ...KINDS.map((kind) => [name, kind, options, AS_THEY_ARE] as const),
  [`${name}, steps halved`, 'eulerMaruyama', options, HALVED] as const,
]);

/** V0 of a path; some are near a bound at which they stop. */
const startOf = (tokens: number) => (path: number) =>
  decayingCovariance(tokens).map((v) => v * (1 + (path % 4) / 8));

function run(kind: Kind, options: ArchitectureOptions, how: Partial<TwinOptions> = {}) {
  const { tokens } = options;
  return simulateKind(kind, architecture(options), {
    ...{ V0: startOf(tokens), paths: PATHS, seed: 4, firstPath: 6, stopAt: 2.6 },
    ...{ steps: STEPS, dt: 1 / (tokens === 65 ? 640 : 16), engine: 'kernel' },
    ...how,
  });
}

/** An ensemble with a digest in the place of its covariances, which are many to compare and to show. */
function digested(ensemble: Ensemble) {
  const { V } = ensemble;
  const bytes = new Uint8Array(V.buffer, V.byteOffset, V.byteLength);
  return { ...ensemble, V: createHash('sha256').update(bytes).digest('hex') };
}

/** Path `p` (from 0) of an ensemble, as an ensemble. */
function only(ensemble: Ensemble, p: number): Ensemble {
  const { tokens, times, V, stoppedAt, events } = ensemble;
  const size = times.length * tokens ** 2;
  const firstPath = ensemble.firstPath + p;
  return {
    ...{ tokens, times, firstPath, paths: 1 },
    V: V.slice(p * size, (p + 1) * size),
    stoppedAt: stoppedAt.slice(p, p + 1),
    events: events.filter(({ path }) => path === firstPath),
  };
}

describe.each(cases)('%s, %s: the same bits', (_, kind, options, how) => {
  const { steps = STEPS } = how;
  const simulated = (more: Partial<TwinOptions> = {}) => run(kind, options, { ...how, ...more });

  test('in batches of any size', async () => {
    const whole = digested(await simulated());
    for (const batch of [1, 3, 4, 5, 100]) {
      expect(digested(await simulated({ batch }))).toEqual(whole);
    }
    expect(digested(await simulated({ seed: 5 })).V).not.toBe(whole.V);
  });

  test('alone and beside any other paths', async () => {
    const whole = await simulated();
    for (const p of [0, 1, 2, 5, PATHS - 1]) {
      const alone = await simulated({ firstPath: 6 + p, paths: 1 });
      expect(digested(alone)).toEqual(digested(only(whole, p)));
    }
  });

  test('whatever is recorded', async () => {
    const all = await simulated({ recordAt: Array.from({ length: steps + 1 }, (_, i) => i) });
    const size = options.tokens ** 2;
    for (const recordAt of [[0], [steps], [2, 3], [0, 4, steps]]) {
      const some = await simulated({ recordAt });
      expect([some.stoppedAt, some.events]).toEqual([all.stoppedAt, all.events]);
      const V = new Float64Array(PATHS * recordAt.length * size);
      for (let p = 0, at = 0; p < PATHS; p++) {
        for (const k of recordAt) {
          const from = (p * (steps + 1) + k) * size;
          V.set(all.V.subarray(from, from + size), at);
          at += size;
        }
      }
      expect(digested(some)).toEqual(digested({ ...some, V }));
    }
  });
});

describe.each(KINDS)('%s: paths of large indices', (kind) => {
  const options = MODELS['causal, heads'];

  test.each([2 ** 32 - 5, 2 ** 48 - PATHS])('from %d on', async (firstPath) => {
    const how = { stopAt: Infinity, V0: decayingCovariance(5) };
    const whole = await run(kind, options, { ...how, firstPath });
    const paths = Array.from({ length: PATHS }, (_, p) => digested(only(whole, p)).V);
    expect(new Set(paths).size).toBe(PATHS);
    for (const p of [0, 4, 5, PATHS - 1]) {
      const alone = await run(kind, options, { ...how, firstPath: firstPath + p, paths: 1 });
      expect(digested(alone)).toEqual(digested(only(whole, p)));
    }
  });

  test.each([2 ** 32 - 2, 2 ** 48 - 4])('are those of the reference from %d on', async (first) => {
    const how = { V0: startOf(5), paths: 4, seed: 4, firstPath: first, dt: 1 / 16, steps: STEPS };
    const { kernel, reference } = await twins(kind, architecture(options), how);
    // Another path would differ in the first digits.
    kernel.V.forEach((x, i) => expect(Math.abs(x - reference.V[i])).toBeLessThan(1e-6));
    expect({ ...kernel, V: reference.V }).toEqual(reference);
  });
});

describe('one thread', () => {
  /** Of so many steps that the kernel gives way to others on the way. */
  const long = (kind: Kind, how: Partial<TwinOptions> = {}) => {
    const options = { ...MODELS['many tokens'], depth: 40 };
    return run(kind, options, { steps: 40, paths: 5, ...how });
  };

  test('runs simulations in turns, which do not disturb each other', async () => {
    const tasks: (() => Promise<Ensemble>)[] = [
      ...KINDS.map((kind) => () => long(kind)),
      () => long('eulerMaruyama', { seed: 8 }),
      ...KINDS.map((kind) => () => run(kind, MODELS['any mask, projected heads'])),
    ];
    const alone: ReturnType<typeof digested>[] = [];
    for (const task of tasks) alone.push(digested(await task()));
    const ended: number[] = [];
    const together = await Promise.all(
      tasks.map((task, i) =>
        task().then((ensemble) => {
          ended.push(i);
          return digested(ensemble);
        }),
      ),
    );
    expect(together).toEqual(alone);
    // The short ones overtake the long ones.
    expect(Math.max(...[4, 5, 6].map((i) => ended.indexOf(i)))).toBeLessThan(ended.indexOf(0));
  });

  test.each(KINDS)('%s: goes on after an abort in the middle', async (kind) => {
    const before = await run(kind, MODELS.full);
    const controller = new AbortController();
    const reason = new Error('enough');
    const options = { ...MODELS['many tokens'], depth: 1e6 };
    const V0 = (path: number) => {
      // The batch that is begun here has steps for minutes.
      setTimeout(() => controller.abort(reason), 60);
      return startOf(options.tokens)(path);
    };
    const { signal } = controller;
    const endless = run(kind, options, { V0, steps: 1e6, paths: 1, stopAt: Infinity, signal });
    await expect(endless).rejects.toBe(reason);
    expect(await run(kind, MODELS.full)).toEqual(before);
  });

  test('more tokens before or after leave no trace', async () => {
    const [small, large] = [MODELS.full, MODELS['many tokens']];
    for (const kind of KINDS) {
      const both = async () => [digested(await run(kind, small)), digested(await run(kind, large))];
      const first = await both();
      expect(await both()).toEqual(first);
    }
  });
});
