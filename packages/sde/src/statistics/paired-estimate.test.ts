import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { describe, expect, test } from 'vitest';
import { moments } from './moments.js';
import { normalDensity, normalQuantile } from './normal.js';
import { pairedMean, pairedProbability, pairedQuantile } from './paired-estimate.js';
import { quantile } from './quantile.js';

const key = foldIn(keyFromSeed(40), 'paired estimates');

/** n pairs of correlated standard normals, y shifted by 0.3. */
function pairs(n: number, correlation: number, replicate = 0) {
  const stream = new Stream(key, replicate);
  const x = stream.fillNormal(new Float64Array(n));
  const y = stream
    .fillNormal(new Float64Array(n))
    .map((e, i) => 0.3 + correlation * x[i] + Math.sqrt(1 - correlation ** 2) * e);
  return { x, y };
}

const { x, y } = pairs(500, 0.9);

test('both numbers are those of the samples', () => {
  expect(pairedMean(x, y)).toMatchObject({ first: expect.closeTo(moments(x).mean, 12) as number });
  expect(pairedQuantile(x, y, 0.3)).toMatchObject({
    first: quantile(x, 0.3),
    second: quantile(y, 0.3),
  });
  const below = x.filter((v) => v <= 0.5).length / 500;
  expect(pairedProbability(x, y, 0.5).first).toBe(below);
});

test("the mean's standard error is that of the combined values, exactly", () => {
  const combined = x.map((v, i) => 2 * y[i] - v);
  const error = pairedMean(x, y).standardError(-1, 2);
  expect(Math.abs(error - moments(combined).standardError)).toBeLessThan(1e-15);
});

test('equal samples differ by nothing, with certainty', () => {
  for (const estimate of [
    pairedMean(x, x),
    pairedQuantile(x, x, 0.5),
    pairedProbability(x, x, 0),
  ]) {
    expect(estimate.first - estimate.second).toBe(0);
    expect(estimate.standardError(1, -1)).toBe(0);
  }
});

describe('standard errors are the spread over repeated samples', () => {
  // 600 replicates know a standard deviation to 3 %; the Hall–Sheather slope adds some bias of its own.
  const replicates = 600;
  const n = 400;
  const spread = (of: (x: Float64Array, y: Float64Array) => number, correlation: number) => {
    const values = Float64Array.from({ length: replicates }, (_, r) => {
      const pair = pairs(n, correlation, 1 + r);
      return of(pair.x, pair.y);
    });
    return moments(values).standardDeviation;
  };

  test.each([0, 0.95])('of a difference and of an extrapolation, correlation %d', (correlation) => {
    const sample = pairs(20_000, correlation, 0);
    const scale = Math.sqrt(20_000 / n);
    const cases = [
      (a: Float64Array, b: Float64Array) => pairedMean(a, b),
      (a: Float64Array, b: Float64Array) => pairedQuantile(a, b, 0.2),
      (a: Float64Array, b: Float64Array) => pairedProbability(a, b, 0.4),
    ];
    for (const make of cases) {
      for (const [a, b] of [
        [1, -1],
        [-1, 2],
      ]) {
        const truth = spread((u, v) => {
          const { first, second } = make(u, v);
          return a * first + b * second;
        }, correlation);
        const said = scale * make(sample.x, sample.y).standardError(a, b);
        expect(said / truth).toBeGreaterThan(0.85);
        expect(said / truth).toBeLessThan(1.15);
      }
    }
  });

  test("a quantile's error is √(p(1 − p)/n) over the density", () => {
    const sample = pairs(20_000, 0, 0);
    for (const p of [0.05, 0.5, 0.9]) {
      const exact = Math.sqrt((p * (1 - p)) / 20_000) / normalDensity(normalQuantile(p));
      const said = pairedQuantile(sample.x, sample.y, p).standardError(1, 0);
      expect(said / exact).toBeGreaterThan(0.9);
      expect(said / exact).toBeLessThan(1.1);
    }
  });
});

test.each([
  [() => pairedMean([1], [1]), /at least 2/],
  [() => pairedMean([1, 2], [1, 2, 3]), /one length, got 2 and 3/],
  [() => pairedProbability([1, NaN], [1, 2], 0), /finite/],
  [() => pairedQuantile([1, 2], [1, 2], 0), /p in \(0, 1\)/],
])('%# bad input is refused', (make, message) => {
  expect(make).toThrow(message);
});
