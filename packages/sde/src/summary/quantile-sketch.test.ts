import { DDSketch } from '@datadog/sketches-js';
import { keyFromSeed, Stream } from '@shaped/random';
import { describe, expect, test } from 'vitest';
import { QuantileSketch } from './quantile-sketch.js';

/** What rounding of logarithm and exponential may add to a relative error: 745·2⁻⁵² and a margin. */
const ROUNDING = 1e-12;

const draws = (count: number, of: (stream: Stream) => number) => {
  const stream = new Stream(keyFromSeed(1908));
  return Float64Array.from({ length: count }, () => of(stream));
};

const sketchOf = (values: Iterable<number>, relativeAccuracy = 0.01) => {
  const sketch = new QuantileSketch(relativeAccuracy);
  for (const x of values) sketch.add(x);
  return sketch;
};

const all = (sketch: QuantileSketch) =>
  sketch.orderStatistics(Array.from({ length: sketch.count }, (_, rank) => rank));

/** Largest |given back − order statistic| as a share of the latter. */
function worstError(values: Float64Array, alpha: number): number {
  const sorted = values.slice().sort();
  const given = all(sketchOf(values, alpha));
  return sorted.reduce(
    (worst, x, i) => Math.max(worst, x === given[i] ? 0 : Math.abs(given[i] - x) / Math.abs(x)),
    0,
  );
}

const laws: [string, Float64Array][] = [
  ['normal, of both signs', draws(4000, (s) => s.normal())],
  ['lognormal with σ = 5', draws(4000, (s) => Math.exp(5 * s.normal()))],
  ['uniform in [−1, 1], as correlations', draws(4000, (s) => 2 * s.uniform() - 1)],
  ['a third zeros', draws(4000, (s) => (s.uniform() < 1 / 3 ? 0 : s.normal()))],
  [
    'all doubles',
    draws(4000, (s) => (s.uniform() < 0.5 ? -1 : 1) * 10 ** (610 * s.uniform() - 305)),
  ],
];

describe('every order statistic is within the stated relative error', () => {
  for (const alpha of [0.05, 0.01, 0.001]) {
    test.each(laws)(`α = ${alpha}, %s`, (_, values) => {
      const worst = worstError(values, alpha);
      expect(worst).toBeLessThanOrEqual(alpha + ROUNDING);
      // Not trivially: thousands of values in buckets reach nearly all of it.
      expect(worst).toBeGreaterThan(0.8 * alpha);
    });
  }

  test('a sketch of ten times the width breaks the guarantee of the narrow one', () => {
    expect(worstError(laws[0][1], 0.01)).toBeGreaterThan(5 * 0.001);
  });

  test('the extremes are exact, and nothing is given back beyond them', () => {
    const values = [3.3, -7.7, 0, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE];
    const given = all(sketchOf(values));
    expect(given[0]).toBe(-Number.MAX_VALUE);
    expect(given[5]).toBe(Number.MAX_VALUE);
    expect(given[2]).toBe(0);
    expect(Math.abs(given[3])).toBeLessThanOrEqual(2 ** -1074);
    expect([...all(sketchOf([1, 1, 1]))]).toEqual([1, 1, 1]);
  });
});

test('quantiles agree with the reference implementation, bucket by bucket', () => {
  for (const [, values] of laws.slice(0, 4)) {
    const theirs = new DDSketch({ relativeAccuracy: 0.02 });
    for (const x of values) theirs.accept(x);
    const given = all(sketchOf(values, 0.02));
    for (let rank = 1; rank < values.length - 1; rank += 7) {
      const value = theirs.getValueAtQuantile((rank + 0.5) / (values.length - 1));
      expect(Math.abs(given[rank] - value)).toBeLessThanOrEqual(ROUNDING * Math.abs(value));
    }
  }
});

describe('order and merging leave no trace', () => {
  const values = laws[3][1];
  const whole = all(sketchOf(values));

  test('any order gives the same bits', () => {
    expect(all(sketchOf(values.slice().reverse()))).toEqual(whole);
    expect(all(sketchOf(values.slice().sort()))).toEqual(whole);
  });

  test('merged parts give the same bits, negative values and zeros included', () => {
    const merged = new QuantileSketch(0.01);
    for (const [from, to] of [
      [3000, 4000],
      [0, 0],
      [0, 17],
      [17, 3000],
    ])
      merged.merge(sketchOf(values.subarray(from, to)));
    expect(all(merged)).toEqual(whole);
    expect(merged.stored).toBe(sketchOf(values).stored);
  });

  test('a sketch merged with itself counts every value twice', () => {
    const sketch = sketchOf([1, 2, -3]);
    sketch.merge(sketch);
    expect(sketch.count).toBe(6);
    expect(all(sketch)).toEqual(all(sketchOf([1, 1, 2, 2, -3, -3])));
  });
});

test('what is held is bounded by the range of the values, not by their number', () => {
  const alpha = 0.01;
  const base = Math.log((1 + alpha) / (1 - alpha));
  const buckets = (range: number) => Math.ceil(Math.log(range) / base) + 1;
  const values = (count: number) => draws(count, (s) => 1 + 9 * s.uniform());
  expect(sketchOf(values(2000), alpha).stored).toBeLessThanOrEqual(2 * buckets(10));
  expect(sketchOf(values(40_000), alpha).stored).toBeLessThanOrEqual(2 * buckets(10));
  expect(sketchOf(laws[4][1], alpha).stored).toBeLessThanOrEqual(2 * 2 * (1455 / base));
});

test.each([
  [() => new QuantileSketch(0), /relativeAccuracy in \(0, 1\), got 0/],
  [() => new QuantileSketch(1), /got 1/],
  [() => new QuantileSketch(NaN), /got NaN/],
  [() => sketchOf([NaN]), /finite number, got NaN/],
  [() => sketchOf([-Infinity]), /finite number, got -Infinity/],
  [() => sketchOf([1]).merge(sketchOf([1], 0.02)), /relativeAccuracy 0.01, got 0.02/],
  [() => sketchOf([1]).orderStatistics([1]), /\[0, 1\), got 1/],
  [() => sketchOf([1, 2]).orderStatistics([1, 0]), /ascending/],
])('%# bad input is refused', (make, message) => {
  expect(make).toThrow(message);
});
