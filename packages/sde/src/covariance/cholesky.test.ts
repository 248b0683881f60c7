import { describe, expect, test } from 'vitest';
import { unevenCovariance } from '../testing/reference-point.js';
import { cholesky, dependentTolerance } from './cholesky.js';
import { multiplyTransposed } from './matrix.js';
import { nearestCovariance } from './nearest-covariance.js';
import { pivotedCholesky } from './pivoted-cholesky.js';

const square = (L: Float64Array, m: number) =>
  multiplyTransposed(L, L, m, m, m, new Float64Array(m * m));

function expectEqual(actual: Float64Array, expected: Float64Array, tolerance = 1e-13) {
  const scale = Math.max(...expected.map(Math.abs));
  actual.forEach((x, i) =>
    expect(Math.abs(x - expected[i])).toBeLessThanOrEqual(tolerance * scale),
  );
}

/** The Gram matrix of `rank` columns for m tokens. */
function lowRank(m: number, rank: number): Float64Array {
  const X = Float64Array.from({ length: m * m }, (_, i) =>
    i % m < rank ? Math.cos(3 * i * i) : 0,
  );
  return square(X, m);
}

describe('cholesky', () => {
  test.each([1, 2, 3, 8, 33])('L Lᵀ is V and L is lower triangular, m = %d', (m) => {
    const V = unevenCovariance(m);
    const L = new Float64Array(m * m).fill(NaN);
    expect(cholesky(V, m, L)).toBe(0);
    expectEqual(square(L, m), V);
    for (let i = 0; i < m; i++) for (let j = i + 1; j < m; j++) expect(L[i * m + j]).toBe(0);
  });

  test('a repeated token gets a zero column and V is still met', () => {
    const V = Float64Array.of(2, 2, 1, 2, 2, 1, 1, 1, 3);
    const L = new Float64Array(9);
    expect(cholesky(V, 3, L)).toBeLessThan(dependentTolerance(3));
    expect([L[4], L[7]]).toEqual([0, 0]);
    expectEqual(square(L, 3), V);
  });

  test('more tokens than dimensions are met up to the root of the tolerance', () => {
    const V = lowRank(12, 4);
    const L = new Float64Array(144);
    expect(cholesky(V, 12, L)).toBeLessThan(Math.sqrt(dependentTolerance(12)));
    expectEqual(square(L, 12), V, 1e-9);
  });

  test('the zero matrix has the zero factor', () => {
    const L = new Float64Array(4).fill(NaN);
    expect(cholesky(new Float64Array(4), 2, L)).toBe(0);
    expect([...L]).toEqual([0, 0, 0, 0]);
  });

  test.each([
    [[1, 2, 2, 1], 2],
    [[-1, 0, 0, 1], 1],
    [[0, 0.5, 0.5, 1], 0.5],
    [[0, 1, 1, 0], Infinity],
  ])('a matrix outside the cone is reported by how much it is missed: %j', (V, least) => {
    const L = new Float64Array(4);
    expect(cholesky(Float64Array.from(V), 2, L)).toBeGreaterThanOrEqual(least);
    expect(L.every(Number.isFinite)).toBe(true);
  });
});

test.each([NaN, Infinity])('an overflowed V (%d) is not taken for a dependent token', (x) => {
  const V = Float64Array.of(1, 0.2, 0.1, 0.2, x, 0.3, 0.1, 0.3, 1);
  const L = new Float64Array(9);
  expect(cholesky(V, 3, L)).toBe(Infinity);
  expect(L.some(Number.isNaN)).toBe(true);
  pivotedCholesky(V, 3, 2, L);
  expect(L.some(Number.isNaN)).toBe(true);
});

describe('pivotedCholesky', () => {
  test.each([
    [6, 6],
    [6, 2],
    [9, 4],
  ])('%d tokens of rank %d: V is met by the first columns alone', (m, rank) => {
    const V = lowRank(m, rank);
    const L = new Float64Array(m * m).fill(NaN);
    pivotedCholesky(V, m, rank, L);
    expectEqual(square(L, m), V, 1e-12);
    for (let i = 0; i < m; i++) for (let k = rank; k < m; k++) expect(L[i * m + k]).toBe(0);
  });
});

describe('nearestCovariance', () => {
  test('a covariance is its own nearest one', () => {
    const V = unevenCovariance(7);
    const near = V.slice();
    nearestCovariance(near, 7);
    expectEqual(near, V);
  });

  test('negative eigenvalues become zero, the others stay', () => {
    // Eigenvalues 3 and −1 on (1, 1) and (1, −1).
    const V = Float64Array.of(1, 2, 2, 1);
    nearestCovariance(V, 2);
    expectEqual(V, Float64Array.of(1.5, 1.5, 1.5, 1.5));
  });

  test('the result is in the cone at every size', () => {
    for (const m of [3, 8, 20]) {
      const V = unevenCovariance(m).map((x, i) => (i % (m + 1) === 0 ? 0.3 * x : x));
      expect(cholesky(V, m, new Float64Array(m * m))).toBeGreaterThan(0.01);
      nearestCovariance(V, m);
      expect(cholesky(V, m, new Float64Array(m * m))).toBeLessThan(1e-6);
    }
  });

  test('the result is symmetric to the last bit', () => {
    const V = unevenCovariance(8).map((x, i) => (i % 9 === 0 ? 0.3 * x : x));
    nearestCovariance(V, 8);
    V.forEach((x, i) => expect(x).toBe(V[(i % 8) * 8 + Math.floor(i / 8)]));
  });
});
