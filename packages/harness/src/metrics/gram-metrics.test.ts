import { describe, expect, it } from 'vitest';
import { gramMetricNames as names, gramMetrics, gramMetricTable } from './gram-metrics.js';
import { NonFiniteError } from './non-finite-error.js';
import golden from './testing/golden/metrics.json' with { type: 'json' };
import { multiply, randomRotation, randomTokens } from './testing/random-tokens.js';
import { tokenCovariance } from './token-covariance.js';

/**
 * Squaring the singular values into V costs relative accuracy: σ₂/σ₁ = 1e-3 leaves λ₂ with
 * m ε/1e-6 ≈ 1e-9.
 */
const SQUARED_SPECTRUM = 2e-9;
/** Distances are roots of differences of rounding ε: √ε in absolute terms. */
const ROOT_OF_ROUNDING = Math.sqrt(Number.EPSILON);

function identity(m: number): Float64Array {
  const V = new Float64Array(m * m);
  for (let a = 0; a < m; a++) V[a * m + a] = 1;
  return V;
}

describe('gramMetrics', () => {
  describe('agrees with NumPy on the singular values of X itself', () => {
    for (const { name, tokens, width, X, metrics } of golden.tokens) {
      it(name, () => {
        const actual = gramMetrics(tokenCovariance(Float32Array.from(X), tokens, width), tokens);
        expect(Object.keys(actual).sort()).toEqual(Object.keys(metrics).sort());
        for (const metric of names) {
          const value = actual[metric];
          const expected = metrics[metric];
          if (expected === null || value === null) {
            expect(value, metric).toBe(expected);
            continue;
          }
          const absolute = metric.startsWith('distance') ? ROOT_OF_ROUNDING : 0;
          const error = Math.abs(value - expected);
          expect(error, metric).toBeLessThanOrEqual(
            SQUARED_SPECTRUM * Math.abs(expected) + absolute,
          );
        }
      });
    }
  });

  it('gives the identity every rank m, no correlation, and the distance of orthogonal tokens', () => {
    const m = 7;
    const metrics = gramMetrics(identity(m), m);
    expect(metrics.stableRank).toBe(m);
    expect(metrics.effectiveRank).toBeCloseTo(m, 12);
    expect(metrics.participationRatio).toBe(m);
    expect(metrics.numericalRank).toBe(m);
    expect(metrics.correlationMean).toBe(0);
    expect(metrics.correlationMax).toBe(0);
    expect(metrics.normMean).toBe(1);
    expect(metrics.distanceToEqualTokens).toBeCloseTo(Math.sqrt(1 - 1 / m), 14);
    expect(metrics.distanceToRankOne).toBeCloseTo(Math.sqrt(1 - 1 / m), 14);
  });

  it('gives equal tokens rank one, correlation one and distance zero, exactly', () => {
    const m = 5;
    const metrics = gramMetrics(new Float64Array(m * m).fill(1.7), m);
    expect(metrics.correlationMin).toBe(1);
    expect(metrics.correlationMax).toBe(1);
    expect(metrics.numericalRank).toBe(1);
    expect(metrics.effectiveRank).toBe(1);
    expect(metrics.distanceToEqualTokens).toBe(0);
    expect(metrics.distanceToRankOne).toBe(0);
  });

  it('tells tokens on one line from equal tokens', () => {
    const metrics = gramMetrics([1, -1, -1, 1], 2);
    expect(metrics.correlationMean).toBe(-1);
    expect(metrics.distanceToRankOne).toBe(0);
    expect(metrics.distanceToEqualTokens).toBe(1);
  });

  it('does not change when the coordinates are rotated', () => {
    const [m, n] = [6, 20];
    const X = randomTokens(m, n, 1);
    const before = gramMetrics(tokenCovariance(X, m, n), m);
    const rotated = multiply(X, randomRotation(n, 2), m, n, n);
    const after = gramMetrics(tokenCovariance(rotated, m, n), m);
    for (const name of names) expect(after[name], name).toBeCloseTo(before[name]!, 12);
  });

  it('scales norms by the square of a factor and leaves every other metric', () => {
    const [m, n, factor] = [6, 20, 2 ** -300];
    const X = randomTokens(m, n, 3);
    const before = gramMetrics(tokenCovariance(X, m, n), m);
    const scaled = X.map((value) => value * factor);
    const after = gramMetrics(tokenCovariance(scaled, m, n), m);
    for (const name of names) {
      if (name === 'logNormMean') {
        expect(after[name]).toBeCloseTo(before[name]! + Math.log(factor ** 2), 12);
        continue;
      }
      const sized = name.startsWith('norm') || name === 'covarianceMean';
      const expected = before[name]! * (sized ? factor ** 2 : 1);
      expect(after[name]! / expected, name).toBeCloseTo(1, 14);
    }
  });

  it('does not change when the tokens are permuted', () => {
    const [m, n] = [6, 20];
    const X = randomTokens(m, n, 4);
    const reversed = new Float64Array(m * n);
    for (let a = 0; a < m; a++) reversed.set(X.subarray(a * n, (a + 1) * n), (m - 1 - a) * n);
    const before = gramMetrics(tokenCovariance(X, m, n), m);
    const after = gramMetrics(tokenCovariance(reversed, m, n), m);
    for (const name of names) expect(after[name], name).toBeCloseTo(before[name]!, 12);
  });

  it('orders the ranks: 1 ≤ stable ≤ participation ≤ effective ≤ numerical ≤ T', () => {
    for (let seed = 10; seed < 30; seed++) {
      const m = 2 + (seed % 7);
      const metrics = gramMetrics(tokenCovariance(randomTokens(m, 9, seed), m, 9), m);
      expect(metrics.stableRank).toBeGreaterThanOrEqual(1);
      expect(metrics.participationRatio).toBeGreaterThanOrEqual(metrics.stableRank!);
      expect(metrics.effectiveRank).toBeGreaterThanOrEqual(metrics.participationRatio!);
      expect(metrics.numericalRank).toBeGreaterThanOrEqual(Math.floor(metrics.effectiveRank!));
      expect(metrics.distanceToRankOne).toBeLessThanOrEqual(metrics.distanceToEqualTokens! + 1e-15);
    }
  });

  it('gives null, never NaN, for what a zero matrix leaves undefined', () => {
    const metrics = gramMetrics(new Float64Array(9), 3);
    expect(metrics.normMean).toBe(0);
    expect(metrics.logNormMean).toBeNull();
    expect(metrics.covarianceMean).toBe(0);
    expect(metrics.numericalRank).toBe(0);
    for (const name of [
      'correlationMean',
      'correlationQ50',
      'stableRank',
      'effectiveRank',
      'participationRatio',
      'distanceToEqualTokens',
      'distanceToRankOne',
    ] as const) {
      expect(metrics[name], name).toBeNull();
    }
  });

  it('counts a slightly negative eigenvalue as zero', () => {
    const metrics = gramMetrics([1, 1 + 1e-12, 1 + 1e-12, 1], 2);
    expect(metrics.numericalRank).toBe(1);
    expect(metrics.effectiveRank).toBe(1);
    expect(metrics.distanceToRankOne).toBe(0);
  });

  it('refuses an entry that is not finite and names its place', () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      const V = identity(3);
      V[5] = bad;
      expect(() => gramMetrics(V, 3)).toThrow(NonFiniteError);
      expect(() => gramMetrics(V, 3)).toThrow(`got ${bad} at row 1, column 2`);
    }
  });

  it('refuses a V whose metrics overflow', () => {
    expect(() => gramMetrics([1e308, 0, 0, 1e308], 2)).toThrow(NonFiniteError);
  });

  it('refuses a matrix of the wrong size or without symmetry', () => {
    expect(() => gramMetrics([1, 2, 3], 2)).toThrow('expected V of m² entries with m = 2, got 3');
    expect(() => gramMetrics([], 0)).toThrow(RangeError);
    expect(() => gramMetrics([1, 0.5, 0.1, 1], 2)).toThrow('expected a symmetric V');
  });

  it('takes less than 50 µs for all metrics of eight tokens', () => {
    const V = tokenCovariance(randomTokens(8, 64, 5), 8, 64);
    const batch = 500;
    for (let i = 0; i < batch; i++) gramMetrics(V, 8);
    // The best of several batches: what the code costs, not what else the machine is doing.
    let best = Infinity;
    for (let repeat = 0; repeat < 10; repeat++) {
      const start = performance.now();
      for (let i = 0; i < batch; i++) gramMetrics(V, 8);
      best = Math.min(best, (1000 * (performance.now() - start)) / batch);
    }
    expect(best).toBeLessThan(50);
  });
});

describe('gramMetricTable', () => {
  it('declares ranges that every value keeps to', () => {
    for (const { tokens, width, X } of golden.tokens) {
      const metrics = gramMetrics(tokenCovariance(X, tokens, width), tokens);
      for (const name of names) {
        const value = metrics[name];
        const [low, high] = gramMetricTable[name].range;
        if (value === null) continue;
        if (low !== null) expect(value, name).toBeGreaterThanOrEqual(low - 1e-12);
        if (high !== null) expect(value, name).toBeLessThanOrEqual(high + 1e-12);
      }
    }
  });
});
