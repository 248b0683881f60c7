import { beforeAll, describe, expect, test } from 'vitest';
import { cholesky } from '../covariance/cholesky.js';
import { architecture } from '../model/architecture.js';
import type { Ensemble } from '../ensemble/ensemble.js';
import { mlpSde } from '../model/mlp-sde.js';
import type { SdeModel } from '../model/sde-model.js';
import { transformerSde } from '../model/transformer-sde.js';
import { finalValues } from '../testing/final-values.js';
import { equicorrelated } from '../testing/reference-point.js';
import { eulerMaruyama } from './euler-maruyama.js';
import { gramStep } from './gram-step.js';
import { simulate, type SimulateOptions } from './simulate.js';

const solvers = ['eulerMaruyama', 'gramStep'] as const;

describe.each(solvers)('%s: paths are addressed by their absolute index', (solver) => {
  const arch = architecture({ tokens: 3, width: 64, depth: 1, heads: 2, mask: 'causal' });
  const options: SimulateOptions = {
    arch,
    solver,
    V0: equicorrelated(3, 0.2),
    time: 0.5,
    steps: 20,
    paths: 8,
    seed: 4,
  };
  let whole: Ensemble;
  beforeAll(async () => {
    whole = await simulate({ ...options, recordAt: [0, 10, 20] });
  });

  test('any split into batches gives the same bits', async () => {
    for (const [firstPath, paths] of [
      [5, 3],
      [0, 5],
    ]) {
      const part = await simulate({ ...options, firstPath, paths, recordAt: [0, 10, 20] });
      expect(part.V).toEqual(whole.V.subarray(firstPath * 27, firstPath * 27 + paths * 27));
    }
  });

  test('times run to the end, V0 comes first, every V is symmetric and finite', () => {
    expect([...whole.times]).toEqual([0, 0.25, 0.5]);
    expect(whole.V.subarray(0, 9)).toEqual(options.V0);
    expect(whole.V.every(Number.isFinite)).toBe(true);
    for (let i = 0; i < whole.V.length; i += 9) {
      for (const [ab, ba] of [
        [1, 3],
        [2, 6],
        [5, 7],
      ])
        expect(whole.V[i + ab]).toBe(whole.V[i + ba]);
    }
  });

  test('repeated tokens stay repeated', async () => {
    const V0 = Float64Array.of(1, 1, 0.3, 1, 1, 0.3, 0.3, 0.3, 2);
    const mlpOnly = await simulate({ ...options, arch: undefined, model: mlpSde(arch), V0 });
    finalValues(mlpOnly, (V) => V[1] / V[0]).forEach((ratio) => expect(ratio).toBeCloseTo(1, 9));
    expect(mlpOnly.events).toEqual([]);
  });
});

describe('what goes wrong on a path is told', () => {
  const m = 6;
  const arch = architecture({ tokens: m, width: 64, depth: 1, gamma: 0.9, tau0: 0.5, cMinus: 0 });
  const V0 = equicorrelated(m, 0.9);

  test('steps that leave the cone are projected back, counted and timed', async () => {
    const options = { arch, V0, time: 0.5, steps: 20, paths: 30, seed: 1, stopAt: 100 };
    const recordAt = Array.from({ length: 21 }, (_, s) => s);
    const { V, events } = await simulate({ ...options, recordAt });
    const left = events.filter(({ kind }) => kind === 'leftCone');
    expect(left.length).toBeGreaterThan(0);
    expect(left.every(({ count, time }) => count >= 1 && time > 0 && time <= 0.5)).toBe(true);
    const L = new Float64Array(m * m);
    for (let i = 0; i < V.length; i += m * m) {
      expect(cholesky(V.subarray(i, i + m * m), m, L)).toBeLessThan(1e-5);
    }
  });

  test('the Gram step never leaves it', async () => {
    const recordAt = Array.from({ length: 21 }, (_, s) => s);
    const gram = {
      arch,
      V0,
      time: 0.5,
      steps: 20,
      paths: 30,
      seed: 1,
      solver: 'gramStep',
      recordAt,
    } as const;
    const { V, events } = await simulate(gram);
    expect(events).toEqual([]);
    const L = new Float64Array(m * m);
    for (let i = 0; i < V.length; i += m * m) {
      expect(cholesky(V.subarray(i, i + m * m), m, L)).toBeLessThan(1e-6);
    }
  });

  test('an exploding path is an event and a stop, never a NaN', async () => {
    const big = equicorrelated(m, 0.2).map((x) => 1e3 * x);
    const { V, events, stoppedAt } = await simulate({
      arch,
      V0: big,
      time: 4,
      steps: 40,
      paths: 4,
      seed: 1,
    });
    expect(V.every(Number.isFinite)).toBe(true);
    expect(events.some(({ kind }) => kind === 'nonFinite')).toBe(true);
    for (const { path, kind, time } of events)
      if (kind === 'nonFinite') expect(stoppedAt[path]).toBe(time);
  });

  test('a path already outside |V| ≤ r is stopped at time 0 and keeps V0', async () => {
    const { V, stoppedAt } = await simulate({
      arch,
      V0,
      time: 1,
      steps: 100,
      paths: 1,
      seed: 1,
      stopAt: 0.5,
    });
    expect(stoppedAt[0]).toBe(0);
    expect(V.subarray(m * m)).toEqual(V0);
  });
});

describe('impossible requests are refused with what to do', () => {
  const arch = architecture({ tokens: 3, width: 64, depth: 1 });
  const options = { arch, V0: equicorrelated(3, 0.2), time: 1, steps: 10, paths: 1, seed: 1 };
  test.each([
    [{ arch: undefined }, /either model or arch, got neither/],
    [{ model: mlpSde(arch) }, /got both/],
    [{ time: 0 }, /time to be positive/],
    [{ time: NaN }, /time/],
    [{ steps: 0.5 }, /steps/],
    [{ solver: 'heun' as 'gramStep' }, /'eulerMaruyama' or 'gramStep', got 'heun'/],
    [{ solver: 'gramStep' as const, steps: 5 }, /step of at most 1\/\(2m\)/],
    [{ arch: architecture({ ...arch, block: 'shaped', activation: 'relu' }) }, /no limit|kink/],
  ])('%#', async (wrong, message) => {
    await expect(simulate({ ...options, ...wrong })).rejects.toThrow(message);
  });

  test('the Gram step of a foreign model', () => {
    const foreign: SdeModel = { ...mlpSde(arch), architecture: undefined };
    expect(() => gramStep(foreign, 0.01)).toThrow(/eulerMaruyama/);
  });

  test('each solver declares its orders', () => {
    const model = transformerSde(arch);
    expect(eulerMaruyama(model, 0.01)).toMatchObject({
      strongOrder: 0.5,
      weakOrder: 1,
      preservesCone: false,
    });
    expect(gramStep(model, 0.01)).toMatchObject({
      strongOrder: null,
      weakOrder: 1,
      preservesCone: true,
    });
  });
});
