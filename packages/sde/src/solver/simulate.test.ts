import { Stream } from '@shaped/random';
import { describe, expect, test } from 'vitest';
import { simulateChain } from '../chain/simulate-chain.js';
import { cholesky } from '../covariance/cholesky.js';
import type { Ensemble } from '../ensemble/ensemble.js';
import { architecture } from '../model/architecture.js';
import { mlpSde } from '../model/mlp-sde.js';
import type { SdeModel } from '../model/sde-model.js';
import { transformerSde } from '../model/transformer-sde.js';
import { ksTwoSample } from '../statistics/ks-two-sample.js';
import { normalCdf, normalDensity } from '../statistics/normal.js';
import { equicorrelated } from '../testing/reference-point.js';
import { eulerMaruyama } from './euler-maruyama.js';
import { gramStep } from './gram-step.js';
import { simulate, type SimulateOptions } from './simulate.js';

const solvers = ['eulerMaruyama', 'gramStep'] as const;

/** Values of a statistic of V over the paths at the last recorded time. */
function finalValues(ensemble: Ensemble, statistic: (V: Float64Array) => number): Float64Array {
  const m2 = ensemble.tokens ** 2;
  const records = ensemble.times.length;
  return Float64Array.from({ length: ensemble.paths }, (_, p) => {
    const from = ((p + 1) * records - 1) * m2;
    return statistic(ensemble.V.subarray(from, from + m2));
  });
}

function meanAndError(x: Float64Array) {
  const mean = x.reduce((sum, y) => sum + y, 0) / x.length;
  const variance = x.reduce((sum, y) => sum + (y - mean) ** 2, 0) / (x.length - 1);
  return { mean, variance, error: Math.sqrt(variance / x.length) };
}

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
  const whole = simulate({ ...options, recordAt: [0, 10, 20] });

  test('any split into batches gives the same bits', () => {
    for (const [firstPath, paths] of [
      [5, 3],
      [0, 5],
    ]) {
      const part = simulate({ ...options, firstPath, paths, recordAt: [0, 10, 20] });
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

  test('repeated tokens stay repeated', () => {
    const V0 = Float64Array.of(1, 1, 0.3, 1, 1, 0.3, 0.3, 0.3, 2);
    const mlpOnly = simulate({ ...options, arch: undefined, model: mlpSde(arch), V0 });
    finalValues(mlpOnly, (V) => V[1] / V[0]).forEach((ratio) => expect(ratio).toBeCloseTo(1, 9));
    expect(mlpOnly.events).toEqual([]);
  });
});

// Seeded; alpha 1e-4 a test unless said otherwise.
describe('the limit: both solvers reach laws that are known without them', () => {
  /** Kolmogorov's distance beyond which a sample of one law is rejected at alpha = 1e-4. */
  const critical = (count: number) => Math.sqrt(Math.log(2 / 1e-4) / 2 / count);

  const distanceToNormal = (x: Float64Array, mean: number, variance: number) => {
    const sorted = x.slice().sort();
    const sd = Math.sqrt(variance);
    return sorted.reduce((worst, value, i) => {
      const F = normalCdf((value - mean) / sd);
      return Math.max(worst, Math.abs(F - i / x.length), Math.abs(F - (i + 1) / x.length));
    }, 0);
  };

  test.each(solvers)('MLP norms are geometric Brownian motions: %s', (solver) => {
    const [gamma, T, paths] = [0.5, 0.8, 4000];
    const arch = architecture({ tokens: 2, width: 64, depth: 1, gamma, cPlus: 0.5 });
    const model = mlpSde(arch);
    const V0 = equicorrelated(2, 0.2);
    const ensemble = simulate({ model, solver, V0, time: T, steps: 320, paths, seed: 8 });
    const logs = finalValues(ensemble, (V) => Math.log(V[0]));
    const [mean, variance] = [-2 * gamma ** 2 * T, 4 * gamma ** 2 * T];
    expect(distanceToNormal(logs, mean, variance)).toBeLessThan(critical(paths));
    // A drift of the logarithm with the wrong sign, a noise without its factor 2, are rejected.
    expect(distanceToNormal(logs, -mean, variance)).toBeGreaterThan(critical(paths));
    expect(distanceToNormal(logs, mean, variance / 2)).toBeGreaterThan(critical(paths));
  });

  // docs/theory.md, section 5, end to end. A quantile's test is binomial; `digit` is what half a
  // unit in the last printed digit, and the table's own error, can move a probability.
  describe('the end-to-end setting of theory.md', () => {
    const paths = 4000;
    const z = 4.5;
    const arch = architecture({ tokens: 4, width: 100, depth: 75 });
    const V0 = equicorrelated(4, 0.2);
    const rhoOf = (V: Float64Array) => V[1] / Math.sqrt(V[0] * V[5]);
    const runs: [string, () => Ensemble][] = [
      ...solvers.map((solver): [string, () => Ensemble] => [
        solver,
        () => simulate({ arch, solver, V0, time: 0.75, steps: 150, paths, seed: 3, stopAt: 1e6 }),
      ]),
      [
        'the chain at n = 100',
        () => simulateChain({ arch, V0, paths: 2000, seed: 3, stopAt: 1e6 }),
      ],
    ];

    test.each(runs)('%s', (_, run) => {
      const ensemble = run();
      const rho = finalValues(ensemble, rhoOf);
      const { mean, variance, error } = meanAndError(rho);
      expect(Math.abs(mean - 0.189)).toBeLessThan(z * Math.hypot(error, 0.003));
      expect(Math.abs(Math.sqrt(variance) - 0.484)).toBeLessThan(z * error);
      const digit = 0.01;
      const expectQuantiles = (x: Float64Array, table: (readonly [number, number])[]) => {
        for (const [p, value] of table) {
          const below = x.filter((y) => y < value).length / x.length;
          const tolerance = z * Math.sqrt((p * (1 - p)) / x.length) + digit;
          expect(Math.abs(below - p)).toBeLessThan(tolerance);
        }
      };
      expectQuantiles(rho, [
        [0.05, -0.67],
        [0.25, -0.18],
        [0.5, 0.25],
        [0.75, 0.6],
        [0.95, 0.865],
      ]);
      const V11 = finalValues(ensemble, (V) => V[0]);
      expectQuantiles(V11, [
        [0.05, 0.17],
        [0.5, 0.7],
        [0.95, 2.95],
      ]);
      const logs = meanAndError(V11.map(Math.log));
      expect(Math.abs(logs.mean + 0.345)).toBeLessThan(z * Math.hypot(logs.error, 0.005) + 0.01);
    });
  });

  test('where attention is strong both solvers agree, and a model without it is told apart', () => {
    const size = { tokens: 3, width: 64, depth: 1, gamma: 0.5, tau0: 0.5, cMinus: -0.5 };
    const options = { V0: equicorrelated(3, 0.2), time: 0.3, steps: 120, paths: 3000, stopAt: 50 };
    const arch = architecture({ ...size, mask: 'causal', heads: 2, outputProjection: true });
    const rho = (ensemble: Ensemble) => finalValues(ensemble, (V) => V[5] / Math.sqrt(V[4] * V[8]));
    const variance = (ensemble: Ensemble) => finalValues(ensemble, (V) => V[8]);
    const a = simulate({ ...options, arch, solver: 'eulerMaruyama', seed: 1 });
    const b = simulate({ ...options, arch, solver: 'gramStep', seed: 2 });
    expect(ksTwoSample(rho(a), rho(b)).pValue).toBeGreaterThan(1e-4);
    expect(ksTwoSample(variance(a), variance(b)).pValue).toBeGreaterThan(1e-4);
    const without = simulate({ ...options, model: mlpSde(arch), solver: 'gramStep', seed: 2 });
    expect(ksTwoSample(variance(a), variance(without)).pValue).toBeLessThan(1e-4);
  });
});

describe('Euler–Maruyama converges with strong order 1/2 to its own limit', () => {
  test('the error on one Brownian path halves when the step is quartered', () => {
    const fineSteps = 512;
    const T = 0.5;
    const paths = 150;
    const arch = architecture({
      tokens: 2,
      width: 64,
      depth: 1,
      gamma: 0.4,
      tau0: 0.7,
      mask: 'causal',
    });
    const model = transformerSde(arch);
    const draws = 8;
    const key = [1, 2] as const;

    /** The end of path p with `steps` steps, driven by sums of the same fine increments. */
    const solve = (p: number, steps: number): Float64Array => {
      const solver = eulerMaruyama(model, T / steps);
      const V = equicorrelated(2, 0.2);
      const merge = fineSteps / steps;
      for (let step = 0; step < steps; step++) {
        const sums = new Float64Array(draws);
        for (let s = 0; s < merge; s++) {
          const stream = new Stream(key, p, step * merge + s);
          for (let k = 0; k < draws; k++) sums[k] += stream.normal() / Math.sqrt(merge);
        }
        let at = 0;
        solver.step(V, { normal: () => sums[at++] } as unknown as Stream);
        expect(at).toBe(draws);
      }
      return V;
    };
    const steps = [8, 32, 128];
    const errors = steps.map(() => 0);
    for (let p = 0; p < paths; p++) {
      const reference = solve(p, fineSteps);
      steps.forEach((count, i) => {
        const V = solve(p, count);
        errors[i] += Math.hypot(...V.map((x, j) => x - reference[j])) / paths;
      });
    }
    // The reference's own error, at a quarter of the last step, makes the last ratio a bit large.
    const orders = [1, 2].map((i) => Math.log(errors[i - 1] / errors[i]) / Math.log(4));
    expect(orders[0]).toBeGreaterThan(0.35);
    expect(orders[0]).toBeLessThan(0.65);
    expect(orders[1]).toBeGreaterThan(0.4);
    expect(orders[1]).toBeLessThan(0.8);
  });
});

// With one token and the MLP alone, V(T)² has the mean e^{4γ²T} V(0)², and one step's second moment
// is known in closed form. Seeded; alpha = 1e-5 a comparison (z = 4.4).
describe('both solvers have weak order 1', () => {
  const gamma = 0.9;
  const secondMoment = {
    // E max(0, 1 + sξ)²: one token leaves the cone where it turns negative, and is projected to 0.
    eulerMaruyama: (dt: number) => {
      const s = 2 * gamma * Math.sqrt(dt);
      return (1 + s * s) * normalCdf(1 / s) + s * normalDensity(1 / s);
    },
    gramStep: (dt: number) => 1 + 4 * gamma ** 2 * dt + 4 * gamma ** 4 * dt ** 2,
  };

  test.each(solvers)('%s: a coarse step has the second moment of its formula', (solver) => {
    const dt = 0.25;
    const arch = architecture({ tokens: 1, width: 64, depth: 1, gamma });
    const ensemble = simulate({
      model: mlpSde(arch),
      solver,
      V0: Float64Array.of(1),
      time: dt,
      steps: 1,
      paths: 60_000,
      seed: 12,
    });
    const { mean, error } = meanAndError(finalValues(ensemble, (V) => V[0] ** 2));
    expect(Math.abs(mean - secondMoment[solver](dt))).toBeLessThan(4.4 * error);
    const other = solver === 'gramStep' ? 'eulerMaruyama' : 'gramStep';
    expect(Math.abs(mean - secondMoment[other](dt))).toBeGreaterThan(4.4 * error);
  });

  test.each(solvers)('%s: by that formula the error at time 1 halves with the step', (solver) => {
    const error = (steps: number) =>
      Math.exp(4 * gamma ** 2) - secondMoment[solver](1 / steps) ** steps;
    for (const steps of [1000, 4000]) expect(error(steps) / error(2 * steps)).toBeCloseTo(2, 1);
  });
});

describe('what goes wrong on a path is told', () => {
  const m = 6;
  const arch = architecture({ tokens: m, width: 64, depth: 1, gamma: 0.9, tau0: 0.5, cMinus: 0 });
  const V0 = equicorrelated(m, 0.9);

  test('steps that leave the cone are projected back, counted and timed', () => {
    const options = { arch, V0, time: 0.5, steps: 20, paths: 30, seed: 1, stopAt: 100 };
    const recordAt = Array.from({ length: 21 }, (_, s) => s);
    const { V, events } = simulate({ ...options, recordAt });
    const left = events.filter(({ kind }) => kind === 'leftCone');
    expect(left.length).toBeGreaterThan(0);
    expect(left.every(({ count, time }) => count >= 1 && time > 0 && time <= 0.5)).toBe(true);
    const L = new Float64Array(m * m);
    for (let i = 0; i < V.length; i += m * m) {
      expect(cholesky(V.subarray(i, i + m * m), m, L)).toBeLessThan(1e-5);
    }
  });

  test('the Gram step never leaves it', () => {
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
    const { V, events } = simulate(gram);
    expect(events).toEqual([]);
    const L = new Float64Array(m * m);
    for (let i = 0; i < V.length; i += m * m) {
      expect(cholesky(V.subarray(i, i + m * m), m, L)).toBeLessThan(1e-6);
    }
  });

  test('an exploding path is an event and a stop, never a NaN', () => {
    const big = equicorrelated(m, 0.2).map((x) => 1e3 * x);
    const { V, events, stoppedAt } = simulate({
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

  test('a path already outside |V| ≤ r is stopped at time 0 and keeps V0', () => {
    const { V, stoppedAt } = simulate({
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
  ])('%#', (wrong, message) => {
    expect(() => simulate({ ...options, ...wrong })).toThrow(message);
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
