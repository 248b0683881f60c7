import { describe, expect, test } from 'vitest';
import { architecture } from '../model/architecture.js';
import { mlpSde } from '../model/mlp-sde.js';
import { ksTwoSample } from '../statistics/ks-two-sample.js';
import { moments } from '../statistics/moments.js';
import { normalCdf, normalDensity } from '../statistics/normal.js';
import { meanCorrelation } from '../summary/covariance-statistics.js';
import { finalValues } from '../testing/final-values.js';
import { equicorrelated } from '../testing/reference-point.js';
import { additive } from '../testing/toy-models.js';
import { simulate } from './simulate.js';
import { pairRequest, type PairOptions } from './solver-request.js';
import { stepPair } from './step-pair.js';

const pairOf = (options: PairOptions, steps: number) =>
  stepPair('test', pairRequest('test', options), steps);

const entry = (i: number) => (V: Float64Array) => V[i];

describe('with common noise both solutions follow one Brownian path', () => {
  test('additive noise gives both the same end on every path; independent noise does not', async () => {
    const options: PairOptions = {
      model: additive,
      V0: Float64Array.of(100, 0, 0, 100),
      functionals: { a: entry(0), b: entry(1) },
      ...{ time: 1, paths: 2000, seed: 9 },
    };
    const { coarse, fine } = await pairOf(options, 5);
    expect([coarse.steps, fine.steps]).toEqual([5, 10]);
    coarse.values.forEach((values, f) => {
      expect(moments(values).variance).toBeGreaterThan(1);
      // 15 additions around 100, each rounded by at most 2⁻⁴⁶.
      values.forEach((x, p) => expect(Math.abs(x - fine.values[f][p])).toBeLessThan(15 * 2 ** -46));
    });
    const apart = await pairOf({ ...options, noise: 'independent' }, 5);
    const distance = moments(apart.coarse.values[0].map((x, p) => x - apart.fine.values[0][p]));
    // Twice the variance, known to a standard error of 0.09.
    expect(distance.variance / moments(fine.values[0]).variance).toBeGreaterThan(1.5);
  });

  const arch = architecture({ tokens: 3, width: 64, depth: 1, gamma: 0.5, heads: 2 });
  const strong: PairOptions = {
    arch,
    V0: equicorrelated(3, 0.2),
    functionals: { rho: meanCorrelation },
    ...{ time: 0.4, paths: 600, seed: 11, stopAt: 100 },
  };

  test("the coarse one is simulate's, bit by bit", async () => {
    const { coarse } = await pairOf(strong, 10);
    const alone = await simulate({ ...strong, steps: 10 });
    expect(coarse.values[0]).toEqual(finalValues(alone, (V) => meanCorrelation(V, 3)));
  });

  test('the fine one has the law of simulate at its own step', async () => {
    // Seeded; alpha = 1e-4.
    const { coarse, fine } = await pairOf(strong, 10);
    const alone = await simulate({ ...strong, steps: 20, seed: 12 });
    const values = finalValues(alone, (V) => meanCorrelation(V, 3));
    expect(ksTwoSample(fine.values[0], values).pValue).toBeGreaterThan(1e-4);
    const gap = moments(coarse.values[0].map((x, p) => x - fine.values[0][p]));
    expect(gap.variance).toBeGreaterThan(0);
    expect(gap.variance).toBeLessThan(0.2 * moments(values).variance);
  });

  test('any part of the paths has the same bits', async () => {
    const whole = await pairOf({ ...strong, paths: 12 }, 4);
    const part = await pairOf({ ...strong, paths: 5, firstPath: 6 }, 4);
    expect(part.coarse.values[0]).toEqual(whole.coarse.values[0].subarray(6, 11));
    expect(part.fine.values[0]).toEqual(whole.fine.values[0].subarray(6, 11));
  });
});

test('the difference of two step sizes has the mean of the exact laws of both', async () => {
  // V² of one token under Euler–Maruyama, as in convergence-order.test.ts; 5 standard errors, seeded.
  const gamma = 0.4;
  const second = (steps: number) => {
    const s = 2 * gamma * Math.sqrt(1 / steps);
    return ((1 + s * s) * normalCdf(1 / s) + s * normalDensity(1 / s)) ** steps;
  };
  const model = mlpSde(architecture({ tokens: 1, width: 64, depth: 1, gamma }));
  const functionals = { square: (V: Float64Array) => V[0] ** 2 };
  const options = { model, V0: Float64Array.of(1), functionals, time: 1, paths: 40_000, seed: 5 };
  const { coarse, fine } = await pairOf(options, 3);
  const gap = moments(coarse.values[0].map((x, p) => x - fine.values[0][p]));
  expect(Math.abs(gap.mean - (second(3) - second(6)))).toBeLessThan(5 * gap.standardError);
  // The noise in common is what makes the gap visible at all.
  expect(Math.abs(gap.mean)).toBeGreaterThan(4 * gap.standardError);
});

test('progress counts both solutions', async () => {
  const seen: [number, number][] = [];
  await pairOf(
    {
      model: additive,
      V0: Float64Array.of(100, 0, 0, 100),
      functionals: { a: entry(0) },
      ...{ time: 1, paths: 4, seed: 1, batch: 2 },
      onProgress: (done, total) => seen.push([done, total]),
    },
    2,
  );
  expect(seen).toEqual([2, 4, 6, 8].map((done) => [done, 8]));
});

test('a functional without a value names the path', async () => {
  const functionals = { odd: () => NaN };
  const options = { model: additive, V0: equicorrelated(2, 0), functionals, time: 1, seed: 1 };
  await expect(pairOf({ ...options, paths: 2, firstPath: 7 }, 2)).rejects.toThrow(
    /'odd' to be finite on every path, got NaN on path 7 with 2 steps/,
  );
});
