import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../testing/backends.js';
import { dropoutMask } from './dropout-mask.js';

beforeAll(() => useBackend('cpu'));

// Seeded; the bound is 5 standard errors, two-sided alpha below 1e-6.
test('drops with the asked probability and keeps the mean', () => {
  const [rate, count] = [0.2, 50_000];
  const values = [...dropoutMask([count / 2, 2], rate, 3, 0).dataSync()];
  const kept = Math.fround(1 / (1 - rate));
  expect(new Set(values)).toEqual(new Set([0, kept]));
  const dropped = values.filter((x) => x === 0).length / count;
  expect(Math.abs(dropped - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / count));
});

test('is a function of the seed and the call, and of nothing else', () => {
  const mask = (seed: number, call: number) => dropoutMask([64], 0.5, seed, call).dataSync().join();
  expect(mask(3, 1)).toBe(mask(3, 1));
  expect(new Set([mask(3, 0), mask(3, 1), mask(4, 0), mask(4, 1)]).size).toBe(4);
});
