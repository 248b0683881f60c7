import { describe, expect, test } from 'vitest';
import { correlationOf } from '../statistics/correlation-of.js';
import { offDiagonalMean } from '../statistics/off-diagonal-mean.js';
import { equicorrelated, unevenCovariance } from '../testing/reference-point.js';
import {
  logVariance,
  meanCorrelation,
  meanLogVariance,
  meanVariance,
  pairCorrelation,
  participationRatio,
} from './covariance-statistics.js';

const m = 5;
const V = unevenCovariance(m);
const close = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThan(1e-14);

describe('the statistics the field reads off a covariance', () => {
  test('correlations are those of the correlation matrix', () => {
    const rho = correlationOf(V, m);
    close(meanCorrelation(V, m), offDiagonalMean(rho, m));
    close(pairCorrelation(3, 1)(V, m), rho[3 * m + 1]);
    close(meanCorrelation(equicorrelated(4, 0.2), 4), 0.2);
  });

  test('variances and their logarithms are of the diagonal', () => {
    const diagonal = Array.from({ length: m }, (_, a) => V[a * m + a]);
    close(meanVariance(V, m), diagonal.reduce((s, x) => s + x) / m);
    close(meanLogVariance(V, m), diagonal.reduce((s, x) => s + Math.log(x), 0) / m);
    expect(logVariance(2)(V, m)).toBe(Math.log(diagonal[2]));
  });

  test('the participation ratio is 1 for one direction and m for orthogonal tokens', () => {
    close(participationRatio(equicorrelated(m, 1), m), 1);
    close(participationRatio(equicorrelated(m, 0), m), m);
    // Eigenvalues 1.2 and 0.8.
    close(participationRatio(equicorrelated(2, 0.2), 2), 4 / (1.44 + 0.64));
  });

  test('none depends on the scale of V but those that should, over all doubles', () => {
    for (const scale of [1e-300, 1e300]) {
      const scaled = V.map((x) => scale * x);
      close(meanCorrelation(scaled, m), meanCorrelation(V, m));
      close(participationRatio(scaled, m), participationRatio(V, m));
      close(meanVariance(scaled, m) / scale, meanVariance(V, m));
    }
  });

  test('a token of zero norm leaves undefined what needs it, and nothing else', () => {
    const zero = Float64Array.of(1, 0, 0.5, 0, 0, 0, 0.5, 0, 1);
    for (const statistic of [
      meanCorrelation,
      meanLogVariance,
      pairCorrelation(0, 1),
      logVariance(1),
    ])
      expect(statistic(zero, 3)).toBeNaN();
    expect(pairCorrelation(0, 2)(zero, 3)).toBe(0.5);
    expect(meanVariance(zero, 3)).toBeCloseTo(2 / 3, 14);
    close(participationRatio(zero, 3), 4 / 2.5);
    expect(participationRatio(new Float64Array(9), 3)).toBeNaN();
    expect(meanCorrelation(Float64Array.of(1), 1)).toBeNaN();
  });

  test('rounding never takes a correlation beyond ±1', () => {
    const edge = Float64Array.of(0.1, 0.1 + 1e-17, 0.1 + 1e-17, 0.1);
    expect(
      meanCorrelation(
        edge.map((x) => 3 * x),
        2,
      ),
    ).toBeLessThanOrEqual(1);
  });
});

test.each([
  [() => pairCorrelation(0, 5)(V, m), /token in \[0, 5\), got 5/],
  [() => pairCorrelation(-1, 0)(V, m), /got -1/],
  [() => logVariance(0.5)(V, m), /logVariance: expected a token/],
])('%# a token that is not there is refused', (make, message) => {
  expect(make).toThrow(message);
});
