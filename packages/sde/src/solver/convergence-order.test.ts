import { Stream } from '@shaped/random';
import { describe, expect, test } from 'vitest';
import { architecture } from '../model/architecture.js';
import { mlpSde } from '../model/mlp-sde.js';
import { transformerSde } from '../model/transformer-sde.js';
import { normalCdf, normalDensity } from '../statistics/normal.js';
import { drawsFrom } from '../testing/draws-from.js';
import { confirm, reject } from '../testing/evidence.js';
import { finalValues, meanAndError } from '../testing/final-values.js';
import { equicorrelated } from '../testing/reference-point.js';
import { eulerMaruyama } from './euler-maruyama.js';
import { simulate } from './simulate.js';

const solvers = ['eulerMaruyama', 'gramStep'] as const;

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
    // Three entries of a triangle, then a 2×2 matrix.
    const draws = 7;
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
        solver.step(
          V,
          drawsFrom(() => sums[at++]),
        );
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

  test.each(solvers)('%s: a coarse step has the second moment of its formula', async (solver) => {
    const dt = 0.25;
    const arch = architecture({ tokens: 1, width: 64, depth: 1, gamma });
    const ensemble = await simulate({
      model: mlpSde(arch),
      solver,
      V0: Float64Array.of(1),
      time: dt,
      steps: 1,
      paths: 60_000,
      seed: 12,
    });
    const { mean, error } = meanAndError(finalValues(ensemble, (V) => V[0] ** 2));
    const z = (of: (typeof solvers)[number]) => Math.abs(mean - secondMoment[of](dt)) / error;
    confirm('solvers', z(solver), 4.4, 'z');
    const other = solver === 'gramStep' ? 'eulerMaruyama' : 'gramStep';
    reject('solvers', 'a coarse step of the other solver', z(other), 4.4, 'z');
  });

  test.each(solvers)('%s: by that formula the error at time 1 halves with the step', (solver) => {
    const error = (steps: number) =>
      Math.exp(4 * gamma ** 2) - secondMoment[solver](1 / steps) ** steps;
    for (const steps of [1000, 4000]) expect(error(steps) / error(2 * steps)).toBeCloseTo(2, 1);
  });
});
