import { describe, expect, test } from 'vitest';
import { simulateChain } from '../chain/simulate-chain.js';
import type { Ensemble } from '../ensemble/ensemble.js';
import { architecture } from '../model/architecture.js';
import { mlpSde } from '../model/mlp-sde.js';
import { ksTwoSample } from '../statistics/ks-two-sample.js';
import { normalCdf } from '../statistics/normal.js';
import { confirm, reject } from '../testing/evidence.js';
import { finalValues, meanAndError } from '../testing/final-values.js';
import { equicorrelated } from '../testing/reference-point.js';
import { simulate } from './simulate.js';

const solvers = ['eulerMaruyama', 'gramStep'] as const;

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

  test.each(solvers)('MLP norms are geometric Brownian motions: %s', async (solver) => {
    const [gamma, T, paths] = [0.5, 0.8, 4000];
    const arch = architecture({ tokens: 2, width: 64, depth: 1, gamma, cPlus: 0.5 });
    const model = mlpSde(arch);
    const V0 = equicorrelated(2, 0.2);
    const ensemble = await simulate({ model, solver, V0, time: T, steps: 160, paths, seed: 8 });
    const logs = finalValues(ensemble, (V) => Math.log(V[0]));
    const [mean, variance] = [-2 * gamma ** 2 * T, 4 * gamma ** 2 * T];
    const inLimits = (of: number, spread: number) =>
      distanceToNormal(logs, of, spread) / critical(paths);
    confirm('solvers', inLimits(mean, variance), 1, 'tolerances');
    reject('solvers', 'drift of log V turned', inLimits(-mean, variance), 1, 'tolerances');
    reject('solvers', 'noise without its factor 2', inLimits(mean, variance / 2), 1, 'tolerances');
  });

  // docs/theory.md, section 5, end to end. A quantile's test is binomial; `digit` is what half a
  // unit in the last printed digit, and the table's own error, can move a probability.
  describe('the end-to-end setting of theory.md', () => {
    const paths = 3000;
    const z = 4.5;
    const arch = architecture({ tokens: 4, width: 100, depth: 75 });
    const V0 = equicorrelated(4, 0.2);
    const rhoOf = (V: Float64Array) => V[1] / Math.sqrt(V[0] * V[5]);
    const runs: [string, () => Promise<Ensemble>][] = [
      ...solvers.map((solver): [string, () => Promise<Ensemble>] => [
        solver,
        () => simulate({ arch, solver, V0, time: 0.75, steps: 75, paths, seed: 3, stopAt: 1e6 }),
      ]),
      [
        'the chain at n = 100',
        () => simulateChain({ arch, V0, paths: 2000, seed: 3, stopAt: 1e6 }),
      ],
    ];

    test.each(runs)('%s', async (_, run) => {
      const ensemble = await run();
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

  test('where attention is strong both solvers agree, and a model without it is told apart', async () => {
    const size = { tokens: 3, width: 64, depth: 1, gamma: 0.5, tau0: 0.5, cMinus: -0.5 };
    const options = { V0: equicorrelated(3, 0.2), time: 0.3, steps: 90, paths: 3000, stopAt: 50 };
    const arch = architecture({ ...size, mask: 'causal', heads: 2, outputProjection: true });
    const rho = (ensemble: Ensemble) => finalValues(ensemble, (V) => V[5] / Math.sqrt(V[4] * V[8]));
    const variance = (ensemble: Ensemble) => finalValues(ensemble, (V) => V[8]);
    const a = await simulate({ ...options, arch, solver: 'eulerMaruyama', seed: 1 });
    const b = await simulate({ ...options, arch, solver: 'gramStep', seed: 2 });
    const digits = (x: Float64Array, y: Float64Array) => -Math.log10(ksTwoSample(x, y).pValue);
    confirm('solvers', digits(rho(a), rho(b)), 4, 'p');
    confirm('solvers', digits(variance(a), variance(b)), 4, 'p');
    const without = await simulate({
      ...options,
      model: mlpSde(arch),
      solver: 'gramStep',
      seed: 2,
    });
    reject('solvers', 'no attention', digits(variance(a), variance(without)), 4, 'p');
  });
});
