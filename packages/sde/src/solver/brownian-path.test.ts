import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { describe, expect, test } from 'vitest';
import { architecture } from '../model/architecture.js';
import { transformerSde } from '../model/transformer-sde.js';
import { moments } from '../statistics/moments.js';
import { referenceOptions, referenceV0 } from '../testing/reference-point.js';
import { additive } from '../testing/toy-models.js';
import { drawsOfStep, halfOfStep, halvings } from './brownian-path.js';
import { simulate, type SimulateOptions } from './simulate.js';

const key = foldIn(keyFromSeed(5), 'Brownian path');
const stream = (step: number) => new Stream(key, 0, step);
const draws = (step: number, steps: number, refines: number) =>
  drawsOfStep(key, 0, step, { steps, refines });

test('every draw of a half is (W ± Z)/√2, however it is asked for', () => {
  for (const sign of [1, -1] as const) {
    const [w, z] = [stream(0), stream(1)];
    const half = halfOfStep(stream(0), stream(1), sign);
    for (let i = 0; i < 5; i++) {
      expect(half.normal()).toBe((w.normal() + sign * z.normal()) * Math.SQRT1_2);
    }
    const [x, y] = [w, z].map((whole) => whole.fillNormal(new Float64Array(7)));
    half.fillNormal(new Float64Array(7), 3).forEach((value, i) => {
      expect(Math.abs(value - (3 * (x[i] + sign * y[i])) / Math.SQRT2)).toBeLessThan(1e-14);
    });
  }
});

test('what is not refined draws from the stream of its step', () => {
  expect(draws(3, 6, 6).normal()).toBe(stream(3).normal());
});

test('the draws of a step are those of its 2^k parts over √2^k', () => {
  const count = 9;
  for (const levels of [1, 2, 4]) {
    const parts = 2 ** levels;
    for (let step = 0; step < 3; step++) {
      const sum = new Float64Array(count);
      for (let part = 0; part < parts; part++) {
        const own = draws(step * parts + part, 3 * parts, 3).fillNormal(new Float64Array(count));
        own.forEach((x, i) => (sum[i] += x / Math.sqrt(parts)));
      }
      stream(step)
        .fillNormal(new Float64Array(count))
        .forEach((x, i) => expect(Math.abs(x - sum[i])).toBeLessThan(1e-14));
    }
  }
});

test('the parts are standard normals that do not know of each other', () => {
  // Seeded; 5 standard errors. The number of draws of all 24 parts is 24 times 2,000.
  const [steps, count] = [24, 2000];
  const parts = Array.from({ length: steps }, (_, s) =>
    draws(s, steps, 3).fillNormal(new Float64Array(count)),
  );
  const all = moments(Float64Array.from(parts.flatMap((part) => [...part])));
  expect(Math.abs(all.mean)).toBeLessThan(5 * all.standardError);
  expect(Math.abs(all.variance - 1)).toBeLessThan(5 * all.varianceStandardError);
  for (let s = 0; s < steps; s++) {
    for (let t = 0; t < s; t++) {
      const covariance = parts[s].reduce((sum, x, i) => sum + x * parts[t][i], 0) / count;
      expect(Math.abs(covariance), `steps ${t} and ${s}`).toBeLessThan(5 / Math.sqrt(count));
    }
  }
});

test.each(['full', 'causal'] as const)(
  "at frozen coefficients the model's noise is the sum of its two halves: %s",
  (mask) => {
    const model = transformerSde(architecture({ ...referenceOptions, mask }));
    const halves = [0, 1].map((s) => model.noise(referenceV0, draws(s, 2, 1)).slice());
    model.noise(referenceV0, stream(0)).forEach((value, i) => {
      expect(Math.abs(value - (halves[0][i] + halves[1][i]) / Math.SQRT2)).toBeLessThan(1e-13);
    });
  },
);

describe('simulate with refines', () => {
  const options = { model: additive, V0: Float64Array.of(100, 0, 0, 100), time: 1, seed: 9 };
  const ends = async (how: Partial<SimulateOptions>) => {
    const run = { ...options, paths: 50, steps: 3, ...how };
    return (await simulate({ ...run, recordAt: [run.steps] })).V;
  };

  test('additive noise ends at the same V at every step size', async () => {
    const coarse = await ends({});
    for (const k of [1, 2, 5]) {
      const fine = await ends({ steps: 3 * 2 ** k, refines: 3 });
      // Up to 96 additions around 100, each rounded by at most 2⁻⁴⁶.
      fine.forEach((x, i) => expect(Math.abs(x - coarse[i])).toBeLessThan(100 * 2 ** -46));
      const apart = await ends({ steps: 3 * 2 ** k });
      expect(apart.some((x, i) => Math.abs(x - coarse[i]) > 0.1)).toBe(true);
    }
  });

  test('refines = steps is the default', async () => {
    expect(await ends({ refines: 3 })).toEqual(await ends({}));
  });

  test.each([
    [{ steps: 9, refines: 3 }, /steps to be refines doubled .* got 9 steps and refines 3/],
    [{ steps: 3, refines: 6 }, /got 3 steps and refines 6/],
    [{ steps: 3, refines: 1.5 }, /got 3 steps and refines 1.5/],
    [{ steps: 3, refines: 0 }, /got 3 steps and refines 0/],
    [{ steps: 4, refines: NaN }, /got 4 steps and refines NaN/],
    [{ steps: 64, refines: 32, solver: 'gramStep' }, /no refines, got 32 with 'gramStep'.*weights/],
  ] as const)('%o is refused', async (how, message) => {
    await expect(ends(how)).rejects.toThrow(message);
  });
});

test('halvings count how often steps were halved', () => {
  expect(halvings({ steps: 24, refines: 3 })).toBe(3);
});
