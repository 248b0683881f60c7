import { describe, expect, test } from 'vitest';
import type { Ensemble } from '../ensemble/ensemble.js';
import { architecture, type ArchitectureOptions } from '../model/architecture.js';
import {
  decayingCovariance,
  KINDS,
  relativeDifference,
  simulateKind,
  twins,
  type Kind,
  type TwinOptions,
} from '../testing/engine-twins.js';

const TOKENS = 3;
const STEPS = 8;

/**
 * Largest difference between the engines where V lies on the boundary of its cone, as a share of its
 * largest entry: a factor's pivot is there of the size of rounding, its root 2^-26, and a tenth of
 * all numbers of a step are made of it, over {@link STEPS} steps.
 */
const ON_THE_BOUNDARY = STEPS * 2 ** -26;

/**
 * The same where it is of full rank, or where what lies on the boundary is exact: ten products a step
 * of numbers up to a condition of 2^10, which eight steps at these strong coefficients lead to.
 */
const WITHIN = STEPS * 10 * 2 ** 10 * 2 ** -52;

const MODELS: Record<string, Partial<ArchitectureOptions>> = {
  full: {},
  causal: { mask: 'causal' },
  'any mask': {
    mask: [
      [1, 0, 0],
      [0, 1, 1],
      [1, 1, 0],
    ],
  },
  heads: { heads: 4 },
  'output projection': { heads: 2, outputProjection: true },
  'MLP alone': { attention: 'none' },
  'attention alone': { activation: 'none', gamma: 0.5, tau0: 0.5 },
  tanh: { activation: 'shapedSmooth' },
  gains: { gamma1Shift: 1, gamma2Shift: -1 },
  preLN: { block: 'preLN', norm: 'rms', heads: 2 },
  postLN: { block: 'postLN', norm: 'rms', heads: 2 },
  'preLN without norm': { block: 'preLN', norm: 'none' },
};

const cases = Object.entries(MODELS).flatMap(([name, changes]) =>
  KINDS.filter((kind) => kind === 'chain' || changes.block === undefined).map(
    (kind) => [name, kind, changes] as const,
  ),
);

const archOf = (changes: Partial<ArchitectureOptions>) =>
  architecture({ tokens: TOKENS, width: 24, depth: STEPS, ...changes });

/** Runs both engines, of which nothing but the last digits of V may differ. */
async function expectSame(
  kind: Kind,
  changes: Partial<ArchitectureOptions>,
  options: Partial<TwinOptions>,
  tolerance: number,
): Promise<Ensemble> {
  const { kernel, reference } = await twins(kind, archOf(changes), {
    ...{ V0: decayingCovariance(TOKENS), paths: 11, firstPath: 5, seed: 1 },
    ...{ dt: 1 / 16, steps: STEPS, recordAt: Array.from({ length: STEPS + 1 }, (_, k) => k) },
    ...options,
  });
  expect(kernel.V.some(Number.isNaN)).toBe(false);
  expect({ ...kernel, V: reference.V }).toEqual(reference);
  expect(relativeDifference(kernel.V, reference.V)).toBeLessThan(tolerance);
  return kernel;
}

const stopsOf = ({ stoppedAt }: Ensemble) => ({
  atOnce: stoppedAt.filter((time) => time === 0).length,
  later: stoppedAt.filter((time) => time > 0 && time < Infinity).length,
  never: stoppedAt.filter((time) => time === Infinity).length,
});

describe('stops at |V| ≤ r are those of the reference', () => {
  // Steps small enough to stay in the cone.
  const mild = { dt: 1 / 64, seed: 2 };
  /** Beyond V0 by as much as some paths grow and others do not. */
  const bounds: Record<string, number> = { preLN: 22, 'preLN without norm': 1e5 };

  test.each(cases)('%s, %s: on the way', async (name, kind, changes) => {
    if (name === 'postLN') return; // Its variances are one.
    const options = { ...mild, paths: 23, stopAt: bounds[name] ?? 1.75 };
    const ensemble = await expectSame(kind, changes, options, WITHIN);
    const { atOnce, later, never } = stopsOf(ensemble);
    expect([atOnce, later > 0, never > 0]).toEqual([0, true, true]);
  });

  test.each(cases)('%s, %s: from the start', async (_, kind, changes) => {
    const V0 = (path: number) => decayingCovariance(TOKENS).map((v) => (path % 3 ? v : 3 * v));
    const ensemble = await expectSame(kind, changes, { ...mild, V0, stopAt: 3 }, WITHIN);
    // Of paths 5 … 15 these are 6, 9, 12 and 15: one or two of each tile.
    expect(stopsOf(ensemble).atOnce).toBe(4);
    const m2 = TOKENS * TOKENS;
    const ofPath = ensemble.V.subarray((STEPS + 1) * m2, 2 * (STEPS + 1) * m2);
    for (let k = 0; k <= STEPS; k++) {
      expect(ofPath.subarray(k * m2, (k + 1) * m2)).toEqual(V0(6));
    }
  });
});

describe('overflows are those of the reference', () => {
  const scaled = (factor: number) => decayingCovariance(TOKENS).map((v) => v * factor);

  test.each(cases.filter(([name, kind]) => kind === 'eulerMaruyama' && name !== 'MLP alone'))(
    '%s, %s',
    async (_, kind, changes) => {
      // The drift is a cubic form of V: each step multiplies the exponent by 3.
      for (const exponent of [50, 100, 150]) {
        const { events } = await expectSame(kind, changes, { V0: scaled(10 ** exponent) }, WITHIN);
        const overflows = events.filter(({ kind }) => kind === 'nonFinite');
        expect(overflows).toHaveLength(11);
        const steps = new Set(overflows.map(({ time }) => time * 16));
        expect([...steps]).toEqual([exponent === 150 ? 1 : 2]);
      }
    },
  );

  // The cubic that stands for tanh in a Gram step is not bounded.
  test.each(cases.filter(([name, kind]) => kind !== 'eulerMaruyama' && name !== 'tanh'))(
    '%s, %s: none, as its weights are bounded',
    async (_, kind, changes) => {
      for (const exponent of [50, 150]) {
        const { events } = await expectSame(kind, changes, { V0: scaled(10 ** exponent) }, WITHIN);
        expect(events).toEqual([]);
      }
    },
  );

  test('on the way of some paths, not of others beside them', async () => {
    const V0 = (path: number) => scaled(path % 4 === 1 ? 1e60 : 1);
    const { events, stoppedAt } = await expectSame('eulerMaruyama', {}, { V0 }, WITHIN);
    const overflown = events.filter(({ kind }) => kind === 'nonFinite').map(({ path }) => path);
    expect(overflown).toEqual([5, 9, 13]);
    expect(stopsOf({ stoppedAt } as Ensemble)).toEqual({ atOnce: 0, later: 3, never: 8 });
  });

  test('of a chain that grows without bound, within a layer of it', async () => {
    // Near the largest numbers the order of the products tells which of them overflows first.
    const arch = archOf({ block: 'preLN', norm: 'none', depth: 700, heads: 2 });
    const options = { V0: scaled(1), paths: 11, seed: 1, dt: 1 / 24, steps: 700 };
    const { kernel, reference } = await twins('chain', arch, options);
    expect(kernel.V.every(Number.isFinite)).toBe(true);
    expect(kernel.events.map(({ kind, time }) => [kind, time])).toEqual(
      [...kernel.stoppedAt].map((time) => ['nonFinite', time]),
    );
    kernel.stoppedAt.forEach((time, p) => {
      expect(Math.abs(time - reference.stoppedAt[p])).toBeLessThan(1.5 * options.dt);
    });
  });
});

describe('Euler–Maruyama leaves the cone where the reference does', () => {
  const leaving = cases.filter(([, kind]) => kind === 'eulerMaruyama');

  test.each(leaving)('%s', async (_, kind, changes) => {
    const options = { paths: 14, stopAt: 50, dt: 1 / 8 };
    const { events } = await expectSame(kind, { ...changes, gamma: 0.7 }, options, ON_THE_BOUNDARY);
    const left = events.filter(({ kind }) => kind === 'leftCone');
    expect(left.length).toBeGreaterThan(2);
    expect(new Set(left.map(({ count, time }) => `${count} ${time}`)).size).toBeGreaterThan(1);
  });
});

describe('V0 on the boundary of the cone', () => {
  const singular = {
    'a repeated token': Float64Array.of(1, 1, 0.3, 1, 1, 0.3, 0.3, 0.3, 1.2),
    'a first token of zero': Float64Array.of(0, 0, 0, 0, 1, 0.3, 0, 0.3, 1.2),
    'a last token of zero': Float64Array.of(1, 0.3, 0, 0.3, 1.2, 0, 0, 0, 0),
    'one token': new Float64Array(9).fill(1),
    'no token': new Float64Array(9),
  };

  test.each(cases)('%s, %s', async (model, kind, changes) => {
    for (const [name, V0] of Object.entries(singular)) {
      const options = { V0, dt: 1 / 32 };
      const { V } = await expectSame(kind, changes, options, ON_THE_BOUNDARY);
      const last = V.subarray(STEPS * 9, (STEPS + 1) * 9);
      if (name === 'no token') expect(V).toEqual(new Float64Array(V.length));
      // Without attention nothing reaches such a token.
      const alone = model === 'MLP alone' && name === 'a first token of zero';
      if (alone) expect([...last.subarray(0, 3)]).toEqual([0, 0, 0]);
    }
  });
});

test.each(KINDS)(
  '%s: an MLP alone scales with V0, to the bit, at any power of two',
  async (kind) => {
    const arch = archOf({ attention: 'none' });
    const options = { paths: 6, seed: 1, dt: 1 / 32, steps: STEPS, engine: 'kernel' } as const;
    const V0 = decayingCovariance(TOKENS);
    const { V } = await simulateKind(kind, arch, { ...options, V0 });
    for (const scale of [2 ** -600, 2 ** -40, 2 ** 40, 2 ** 600, 2 ** 1000]) {
      const other = await simulateKind(kind, arch, { ...options, V0: V0.map((v) => v * scale) });
      expect(other.V).toEqual(V.map((v) => v * scale));
    }
  },
);
