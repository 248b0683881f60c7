import { describe, expect, test } from 'vitest';
import { keyFromSeed } from './key.js';
import { Stream } from './stream.js';

const key = keyFromSeed(2306);

/** Mean, variance and fourth moment over `count` draws. */
function moments(draw: () => number, count: number) {
  let [m1, m2, m4] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const x = draw();
    m1 += x / count;
    m2 += (x * x) / count;
    m4 += x ** 4 / count;
  }
  return { m1, m2, m4 };
}

describe('a stream is addressed, not advanced', () => {
  test('the same (key, path, step) gives the same numbers; any other gives others', () => {
    const first = (path: number, step: number) => new Stream(key, path, step).uniform();
    expect(first(5, 7)).toBe(first(5, 7));
    const values = new Set([first(5, 7), first(7, 5), first(5, 8), first(2 ** 40, 7), first(5, 0)]);
    expect(values.size).toBe(5);
  });

  test('indices out of range are refused', () => {
    expect(() => new Stream(key, -1)).toThrow(/path/);
    expect(() => new Stream(key, 0, 2 ** 32)).toThrow(/step/);
  });
});

// Seeded; each bound is 5 standard errors, two-sided alpha below 1e-6 an assertion.
describe('laws', () => {
  const count = 200_000;

  test('uniform has mean 1/2 and second moment 1/3', () => {
    const stream = new Stream(key);
    const { m1, m2 } = moments(() => stream.uniform(), count);
    expect(Math.abs(m1 - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(m2 - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / count));
  });

  test.each(['normal', 'fillNormal32'] as const)('%s has the moments 0, 1, 3', (method) => {
    const stream = new Stream(key, 1);
    const values = stream.fillNormal32(new Float32Array(count));
    let i = 0;
    const draw = method === 'normal' ? () => stream.normal() : () => values[i++];
    const { m1, m2, m4 } = moments(draw, count);
    expect(Math.abs(m1)).toBeLessThan(5 * Math.sqrt(1 / count));
    expect(Math.abs(m2 - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
    expect(Math.abs(m4 - 3)).toBeLessThan(5 * Math.sqrt(96 / count));
  });

  test.each([0.7, 1, 3, 120])('chiSquared(%d) has mean df and variance 2 df', (df) => {
    const stream = new Stream(key, 2);
    const { m1, m2 } = moments(() => stream.chiSquared(df), count);
    expect(Math.abs(m1 - df)).toBeLessThan(5 * Math.sqrt((2 * df) / count));
    const fourth = 12 * df * (df + 4) - 4 * df * df;
    expect(Math.abs(m2 - m1 * m1 - 2 * df)).toBeLessThan(5 * Math.sqrt(fourth / count));
  });

  test('integer covers [0, bound) evenly', () => {
    const stream = new Stream(key, 3);
    const counts = new Float64Array(7);
    for (let i = 0; i < 70_000; i++) counts[stream.integer(7)]++;
    const chi2 = counts.reduce((sum, c) => sum + (c - 10_000) ** 2 / 10_000, 0);
    expect(chi2).toBeLessThan(35.9); // chi-squared(6), alpha = 3e-6
  });
});

test('fillNormal32 of an odd length agrees with the longer fill on the common part', () => {
  const long = new Stream(key, 4).fillNormal32(new Float32Array(12));
  const short = new Stream(key, 4).fillNormal32(new Float32Array(7));
  expect([...short]).toEqual([...long.subarray(0, 7)]);
});

test('permutation is a permutation', () => {
  const order = new Stream(key, 5).permutation(100);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
});
