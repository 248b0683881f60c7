import { describe, expect, test } from 'vitest';
import { energyDistance } from './energy-distance.js';
import { energyTest } from './energy-test.js';
import { band, normals, rejectionRate } from './testing/calibration.js';
import { golden, relativeError, sampleOf } from './testing/golden.js';

describe('energyDistance', () => {
  test('agrees with SciPy, ties included', () => {
    for (const [x, y, value] of golden.energy as [string, string, number][]) {
      expect(relativeError(energyDistance(sampleOf(x), sampleOf(y)), value)).toBeLessThan(1e-13);
    }
  });

  test('is the double sum of absolute differences', () => {
    const [x, y] = [sampleOf('normal'), sampleOf('shifted')];
    const between = (a: Float64Array, b: Float64Array) => {
      let sum = 0;
      for (const u of a) for (const v of b) sum += Math.abs(u - v);
      return sum / (a.length * b.length);
    };
    const direct = Math.sqrt(2 * between(x, y) - between(x, x) - between(y, y));
    expect(relativeError(energyDistance(x, y), direct)).toBeLessThan(1e-12);
  });

  test('two points have √2 times the root of their distance; equal samples have 0', () => {
    expect(energyDistance([0], [8])).toBe(4);
    expect(energyDistance([1, 2, 3], [3, 2, 1])).toBe(0);
  });
});

describe('energyTest (alpha 0.05)', () => {
  test('the same seed gives the same p-value, another seed another', () => {
    const [x, y] = [sampleOf('normal'), sampleOf('close')];
    const first = energyTest(x, y, { seed: 1 });
    expect(energyTest(x, y, { seed: 1 })).toEqual(first);
    expect(energyTest(x, y, { seed: 2 }).pValue).not.toBe(first.pValue);
    expect(first.statistic).toBe(energyDistance(x, y));
  });

  test('the smallest p-value is 1 / (1 + permutations), never 0', () => {
    const far = sampleOf('normal').map((value) => value + 100);
    expect(energyTest(sampleOf('normal'), far, { seed: 1, permutations: 99 }).pValue).toBe(0.01);
  });

  test('p-values are uniform for equal laws', () => {
    for (const level of [0.05, 0.5]) {
      const rate = rejectionRate(
        `energy ${level}`,
        400,
        level,
        (stream, seed) =>
          energyTest(normals(stream, 30), normals(stream, 20), { permutations: 99, seed }).pValue,
      );
      expect(Math.abs(rate - level)).toBeLessThan(band(level, 400));
    }
  });

  test('a shift and a doubled spread are rejected', () => {
    const power = (mean: number, deviation: number) =>
      rejectionRate(`energy power ${mean}`, 60, 0.05, (stream, seed) => {
        const [x, y] = [normals(stream, 80, mean, deviation), normals(stream, 80)];
        return energyTest(x, y, { permutations: 199, seed }).pValue;
      });
    expect(power(0.8, 1)).toBeGreaterThan(0.9);
    expect(power(0, 2.2)).toBeGreaterThan(0.9);
  });
});

test('bad input is refused', () => {
  expect(() => energyDistance([], [1])).toThrow(/energyDistance: expected x to hold/);
  expect(() => energyTest([1], [Infinity], { seed: 0 })).toThrow(/got Infinity at y\[0\]/);
  expect(() => energyTest([1], [2], { seed: 0, permutations: 0 })).toThrow(/expected permutations/);
});
