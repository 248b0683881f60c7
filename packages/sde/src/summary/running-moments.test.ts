import { keyFromSeed, Stream } from '@shaped/random';
import { expect, test } from 'vitest';
import { moments } from '../statistics/moments.js';
import { RunningMoments } from './running-moments.js';

const of = (values: ArrayLike<number>) => {
  const running = new RunningMoments();
  for (let i = 0; i < values.length; i++) running.add(values[i]);
  return running;
};

test.each([0, 1e8])('mean and variance are those of the whole sample, around %d', (centre) => {
  const stream = new Stream(keyFromSeed(3));
  const values = Float64Array.from({ length: 2000 }, () => centre + stream.normal());
  const expected = moments(values);
  const { count, mean, variance, min, max } = of(values);
  expect(count).toBe(2000);
  // Values of size 1e8 carry 1e-8 of absolute rounding themselves.
  const tolerance = 1e-12 * Math.max(1, centre);
  expect(Math.abs(Number(mean) - expected.mean)).toBeLessThan(tolerance);
  expect(Math.abs(Number(variance) - expected.variance)).toBeLessThan(tolerance);
  expect([min, max]).toEqual([Math.min(...values), Math.max(...values)]);
});

test('the textbook sum of squares fails where Welford holds', () => {
  const values = Float64Array.of(1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16);
  const naive =
    (values.reduce((s, x) => s + x * x, 0) - values.reduce((s, x) => s + x, 0) ** 2 / 4) / 3;
  expect(of(values).variance).toBe(30);
  expect(Math.abs(naive - 30)).toBeGreaterThan(1);
});

test('what values do not determine is undefined', () => {
  expect(of([])).toMatchObject({ count: 0, mean: undefined, variance: undefined, min: undefined });
  expect(of([5])).toMatchObject({ count: 1, mean: 5, variance: undefined, min: 5, max: 5 });
  expect(of([5, 5, 5])).toMatchObject({ mean: 5, variance: 0 });
});

test('values near the largest double give an infinite variance, not NaN', () => {
  const { mean, variance } = of([1.7e308, -1.7e308, 1.7e308, 0]);
  expect(Math.abs(Number(mean) / (1.7e308 / 4) - 1)).toBeLessThan(1e-12);
  expect(variance).toBe(Infinity);
});
