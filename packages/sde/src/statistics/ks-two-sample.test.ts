import { describe, expect, test } from 'vitest';
import { kolmogorovSurvival } from './kolmogorov.js';
import { ksAsymptoticSurvival, ksExactSurvival } from './ks-law.js';
import { ksDetectable, ksTwoSample } from './ks-two-sample.js';
import { band, normals, rejectionRate } from './testing/calibration.js';
import { golden, relativeError, sampleOf } from './testing/golden.js';

// Sums of positive terms over at most 25,000 cells.
const RECURSION = 1e-12;

describe('distance and p-value', () => {
  test('agree with the exact method of SciPy', () => {
    for (const [x, y, statistic, pValue] of golden.ks as [string, string, number, number][]) {
      const found = ksTwoSample(sampleOf(x), sampleOf(y));
      expect(found.method).toBe('exact');
      expect(relativeError(found.statistic, statistic)).toBeLessThan(1e-14);
      expect(relativeError(found.pValue, pValue)).toBeLessThan(RECURSION);
    }
  });

  test('keep their digits in the far tail: complete separation has 2 / C(m + n, m)', () => {
    for (const [m, n, pValue] of golden.ksSeparated) {
      expect(relativeError(ksExactSurvival(m, n, m * n), pValue)).toBeLessThan(RECURSION);
    }
  });

  test('given ties agree with the enumeration of every labelling', () => {
    const found = ksTwoSample(sampleOf('tiedX'), sampleOf('tiedY'));
    expect(relativeError(found.pValue, golden.ksTied)).toBeLessThan(RECURSION);
  });

  test('do not depend on the order of values or of samples, nor on monotone maps', () => {
    const [x, y] = [sampleOf('normal'), sampleOf('shifted')];
    const found = ksTwoSample(x, y);
    expect(ksTwoSample(y, x).pValue).toBeCloseTo(found.pValue, 14);
    expect(ksTwoSample(x.slice().reverse(), y)).toEqual(found);
    expect(ksTwoSample(x.map(Math.exp), y.map(Math.exp))).toEqual(found);
  });

  test('are 0 and 1 for equal samples, and infinite values count as ties', () => {
    const stopped = [0.2, 0.5, Infinity, Infinity];
    expect(ksTwoSample(stopped, stopped)).toMatchObject({ statistic: 0, pValue: 1 });
    expect(ksTwoSample(stopped, [0.2, 0.5, 0.6, 0.7]).statistic).toBe(0.5);
  });
});

describe('the limit law', () => {
  test('agrees with SciPy', () => {
    for (const [lambda, value] of golden.kolmogorov) {
      expect(relativeError(kolmogorovSurvival(lambda), value)).toBeLessThan(1e-13);
    }
    expect(kolmogorovSurvival(0)).toBe(1);
  });

  test.each([
    [2000, 1999, 0.003],
    [2000, 2000, 0.0005],
    [2001, 1000, 0.003],
    [4999, 100, 0.002],
    [300_000, 13, 0.012],
  ])('with its corrections it is near the exact law for sizes %d and %d', (m, n, tolerance) => {
    for (const lambda of [0.6, 0.8, 1, 1.36, 1.63, 2]) {
      const unit = m === n ? m : 1;
      const gap = unit * Math.ceil((lambda * Math.sqrt(m * n * (m + n))) / unit);
      const exact = ksExactSurvival(m, n, gap);
      expect(Math.abs(ksAsymptoticSurvival(m, n, gap) - exact)).toBeLessThan(tolerance);
    }
  });

  test('is used for large samples', () => {
    const x = Float64Array.from({ length: 20_000 }, (_, i) => i);
    const y = x.map((value) => value + 300.5);
    expect(ksTwoSample(x, y).method).toBe('asymptotic');
  });
});

describe('detectable', () => {
  test.each([
    [40, 25],
    [30, 30],
    [7, 100],
    [512, 512],
  ])('sizes %d and %d reject there and not one step below', (m, n) => {
    for (const alpha of [0.05, 1e-3]) {
      const gap = Math.round(ksDetectable(m, n, alpha) * m * n);
      expect(ksExactSurvival(m, n, gap)).toBeLessThanOrEqual(alpha);
      const unit = m === n ? m : m === 40 ? 5 : 1;
      expect(ksExactSurvival(m, n, gap - unit)).toBeGreaterThan(alpha);
    }
  });

  test('is infinite when even complete separation is not enough', () => {
    expect(ksTwoSample([1, 2], [3, 4], { alpha: 0.05 }).detectable).toBe(Infinity);
  });

  test('follows √(−ln(alpha/2) (m + n)/(2 m n)) for large samples', () => {
    const law = Math.sqrt((-0.5 * Math.log(0.025) * 2) / 50_000);
    expect(relativeError(ksDetectable(50_000, 50_000, 0.05), law)).toBeLessThan(0.01);
  });
});

describe('calibration and power (alpha 0.05)', () => {
  test('equal laws are rejected as often as the exact law says', () => {
    const [m, n] = [60, 45];
    const level = ksExactSurvival(m, n, Math.round(ksDetectable(m, n) * m * n));
    const rate = rejectionRate(
      'ks',
      1000,
      0.05,
      (stream) => ksTwoSample(normals(stream, m), normals(stream, n)).pValue,
    );
    expect(Math.abs(rate - level)).toBeLessThan(band(level, 1000));
  });

  test('equal laws on five values are not rejected too often', () => {
    const dice = (stream: { integer(n: number): number }, count: number) =>
      Float64Array.from({ length: count }, () => stream.integer(5));
    const rate = rejectionRate(
      'ks ties',
      1000,
      0.05,
      (stream) => ksTwoSample(dice(stream, 60), dice(stream, 45)).pValue,
    );
    expect(rate).toBeLessThan(0.05 + band(0.05, 1000));
    // Ignoring the ties would almost never reject.
    expect(rate).toBeGreaterThan(0.015);
  });

  test('a shift of 0.8 standard deviations is rejected', () => {
    const rate = rejectionRate(
      'ks power',
      200,
      0.05,
      (stream) => ksTwoSample(normals(stream, 60, 0.8), normals(stream, 60)).pValue,
    );
    expect(rate).toBeGreaterThan(0.9);
  });
});

test('bad input is refused', () => {
  expect(() => ksTwoSample([], [1])).toThrow(/ksTwoSample: expected x to hold/);
  expect(() => ksTwoSample([1], [NaN])).toThrow(/expected no NaN, got NaN at y\[0\]/);
  expect(() => ksTwoSample([1], [1], { alpha: 5 })).toThrow(/expected alpha in \(0, 1\), got 5/);
  expect(() => ksDetectable(0, 5)).toThrow(/expected m to be an integer of at least 1/);
});
