import { describe, expect, test } from 'vitest';
import { simulateChain } from '../chain/simulate-chain.js';
import type { Ensemble } from '../ensemble/ensemble.js';
import { architecture, type ArchitectureOptions } from '../model/architecture.js';
import { mlpSde } from '../model/mlp-sde.js';
import { ksTwoSample } from '../statistics/ks-two-sample.js';
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
    expect(Math.abs(mean - meanInverse(theta))).toBeLessThan(Z * error);
    // No drift (a linear network), a scale 20 % off, a drift twice as strong.
    for (const wrong of [1e-9, theta / 1.44, 2 * theta]) {
      expect(Math.abs(mean - meanInverse(wrong))).toBeGreaterThan(Z * error);
    }
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
    expect(p(euler, await solve('gramStep', 2))).toBeGreaterThan(ALPHA);
    expect(p(euler, chain)).toBeGreaterThan(ALPHA);
    for (const change of [{ smooth: 'tanh' }, { activation: 'none' }]) {
      expect(p(chain, await solve('gramStep', 2, change))).toBeLessThan(ALPHA);
    }
  });
});
