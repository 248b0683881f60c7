import { describe, test } from 'vitest';
import { simulateChain } from '../chain/simulate-chain.js';
import type { Ensemble } from '../ensemble/ensemble.js';
import { architecture, type ArchitectureOptions } from '../model/architecture.js';
import { mlpSde } from '../model/mlp-sde.js';
import { chiSquaredCdf } from '../statistics/chi-squared.js';
import { ksTwoSample } from '../statistics/ks-two-sample.js';
import { confirm, reject } from '../testing/evidence.js';
import { finalValues, meanAndError } from '../testing/final-values.js';
import { equicorrelated } from '../testing/reference-point.js';
import { simulate } from './simulate.js';

const solvers = ['eulerMaruyama', 'gramStep'] as const;

// Seeded; alpha 1e-4 a comparison (z = 4.1 one at a time).
const Z = 4.1;
const ALPHA = 1e-4;

// A token's norm under shaped tanh solves dv = θ v (v − 1) dt + 2γ v dB, θ = −2γ²/a². 1/v is linear:
// its mean y solves y' = −θ + (θ + 4γ²) y.
describe('the mean of 1/V under shaped tanh is known in closed form', () => {
  const [gamma, a, T, v0] = [0.5, 0.4, 1, 2.5];
  const meanInverse = (theta: number) => {
    const k = theta + 4 * gamma ** 2;
    return Math.exp(k * T) / v0 - (theta * Math.expm1(k * T)) / k;
  };
  const theta = (-2 * gamma ** 2) / a ** 2;

  test.each(solvers)('%s', async (solver) => {
    const arch = architecture({
      tokens: 1,
      width: 64,
      depth: 1,
      gamma,
      activation: 'shapedSmooth',
      a,
    });
    const model = mlpSde(arch);
    const V0 = Float64Array.of(v0);
    const ensemble = await simulate({
      model,
      solver,
      V0,
      time: T,
      steps: 200,
      paths: 6000,
      seed: 4,
    });
    const { mean, error } = meanAndError(finalValues(ensemble, (V) => 1 / V[0]));
    const z = (of: number) => Math.abs(mean - meanInverse(of)) / error;
    confirm('smooth norms', z(theta), Z, 'z');
    reject('smooth norms', 'no drift (a linear network)', z(1e-9), Z, 'z');
    reject('smooth norms', 'a 20 % off', z(theta / 1.44), Z, 'z');
    reject('smooth norms', 'twice the drift', z(2 * theta), Z, 'z');
  });
});

/** Distribution function of the Gamma law of a shape and rate: 2·rate·X is χ² of 2·shape degrees. */
const gammaCdf = (x: number, shape: number, rate: number) => chiSquaredCdf(2 * rate * x, 2 * shape);

/** The MLP's SDE of one token's norm under a smooth activation. */
const normSde = (options: Partial<ArchitectureOptions>) =>
  mlpSde(architecture({ tokens: 1, width: 64, depth: 1, activation: 'shapedSmooth', ...options }));

// docs/theory.md, section 9: with k = |θ|/(2γ²).
describe('norms in the long run, known in closed form', () => {
  test.each(solvers)('shaped tanh: V tends to Gamma(k − 1, rate k), by %s', async (solver) => {
    const [gamma, a, paths] = [0.5, 0.4, 3000];
    const k = 1 / a ** 2;
    const ensemble = await simulate({
      ...{ model: normSde({ gamma, a }), solver, V0: Float64Array.of(0.3) },
      ...{ time: 3, steps: 300, paths, seed: 6 },
    });
    const sorted = finalValues(ensemble, (V) => V[0]).sort();
    const distance = (shape: number, rate: number) =>
      sorted.reduce((worst, v, i) => {
        const F = gammaCdf(v, shape, rate);
        return Math.max(worst, Math.abs(F - i / paths), Math.abs(F - (i + 1) / paths));
      }, 0);
    /** Kolmogorov's distance that is rejected at ALPHA. */
    const critical = Math.sqrt(Math.log(2 / ALPHA) / 2 / paths);
    const inLimits = (shape: number, rate: number) => distance(shape, rate) / critical;
    confirm('smooth norms', inLimits(k - 1, k), 1, 'tolerances');
    reject('smooth norms', 'Gamma(k, k), of mean 1', inLimits(k, k), 1, 'tolerances');
    reject('smooth norms', 'k of a 10 % off', inLimits(k / 1.21 - 1, k / 1.21), 1, 'tolerances');
  });

  test('shaped SiLU: V explodes with probability P(Gamma(1 + k) < k V(0))', async () => {
    const [gamma, a, paths] = [0.6, 0.5, 2500];
    const k = (3 * 1) / 4 / (2 * a ** 2);
    const { stoppedAt } = await simulate({
      ...{ model: normSde({ gamma, smooth: 'silu', a }), V0: Float64Array.of(1) },
      ...{ time: 8, steps: 2000, paths, seed: 5, stopAt: 100 },
    });
    const share = stoppedAt.filter(Number.isFinite).length / paths;
    const z = (p: number) => Math.abs(share - p) / Math.sqrt((p * (1 - p)) / paths);
    confirm('smooth norms', z(gammaCdf(k, 1 + k, 1)), Z, 'z');
    reject('smooth norms', 'P(Gamma(k) < k V(0))', z(gammaCdf(k, k, 1)), Z, 'z');
    reject('smooth norms', 'explosion at half the drift', z(gammaCdf(k / 2, 1 + k / 2, 1)), Z, 'z');
  });
});

describe('solvers and chain agree on whole layers with a smooth activation', () => {
  const size = { tokens: 3, width: 128, depth: 38, gamma: 0.6, tau0: 0.8, mask: 'causal' } as const;
  const options: ArchitectureOptions = {
    ...size,
    activation: 'shapedSmooth',
    smooth: 'silu',
    a: 0.3,
  };
  const arch = architecture(options);
  const V0 = equicorrelated(3, 0.2);
  const shared = { V0, paths: 2000, stopAt: 20 };
  const solve = (solver: (typeof solvers)[number], seed: number, change = {}) =>
    simulate({
      ...shared,
      arch: architecture({ ...options, ...change }),
      solver,
      time: arch.depth / arch.width,
      steps: 100,
      seed,
    });
  const rho = (ensemble: Ensemble) => finalValues(ensemble, (V) => V[5] / Math.sqrt(V[4] * V[8]));
  const p = (x: Ensemble, y: Ensemble) => ksTwoSample(rho(x), rho(y)).pValue;

  test('and not with another activation', async () => {
    const euler = await solve('eulerMaruyama', 1);
    const chain = await simulateChain({ ...shared, arch, seed: 3 });
    const digits = (x: Ensemble, y: Ensemble) => -Math.log10(p(x, y));
    const limit = -Math.log10(ALPHA);
    confirm('smooth drift', digits(euler, await solve('gramStep', 2)), limit, 'p');
    confirm('smooth drift', digits(euler, chain), limit, 'p');
    const refuse = async (wrong: string, change: Partial<ArchitectureOptions>) =>
      reject('smooth drift', wrong, digits(chain, await solve('gramStep', 2, change)), limit, 'p');
    await refuse('tanh for SiLU, whole layers', { smooth: 'tanh' });
    await refuse('no MLP, whole layers', { activation: 'none' });
  });
});
