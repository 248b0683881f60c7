import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { jacobi, JACOBI_LIMIT, symmetricEigenvalues } from './symmetric-eigenvalues.js';
import golden from './testing/golden/metrics.json' with { type: 'json' };
import { randomTokens } from './testing/random-tokens.js';
import { tokenCovariance } from './token-covariance.js';

/** Both routines are backward stable: an eigenvalue is off by a few m ε ‖A‖. */
function tolerance(m: number, largest: number): number {
  return 4 * m * Number.EPSILON * largest;
}

describe('symmetricEigenvalues', () => {
  for (const { size, matrix, ascending } of golden.spectra) {
    it(`agrees with NumPy at m = ${size}, descending`, () => {
      const values = symmetricEigenvalues(matrix, size);
      const expected = [...ascending].reverse();
      const largest = Math.max(...expected.map(Math.abs));
      for (let a = 0; a < size; a++) {
        expect(Math.abs(values[a] - expected[a])).toBeLessThanOrEqual(tolerance(size, largest));
      }
    });
  }

  it('agrees with ml-matrix on Gram matrices of every size that Jacobi handles', () => {
    for (let m = 1; m <= JACOBI_LIMIT; m++) {
      const V = tokenCovariance(randomTokens(m, 12, m), m, 12);
      const rows = Array.from({ length: m }, (_, a) => Array.from(V.subarray(a * m, (a + 1) * m)));
      const expected = new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true })
        .realEigenvalues;
      const sorted = [...expected].sort((x, y) => y - x);
      const values = symmetricEigenvalues(V, m);
      for (let a = 0; a < m; a++) {
        expect(Math.abs(values[a] - sorted[a])).toBeLessThanOrEqual(tolerance(m, sorted[0]));
      }
    }
  });

  it('returns the diagonal of a diagonal matrix, unchanged and in order', () => {
    expect([...symmetricEigenvalues([2, 0, 0, 0, -1, 0, 0, 0, 5], 3)]).toEqual([5, 2, -1]);
  });

  it('keeps the trace and the sum of squares', () => {
    const m = 10;
    const V = tokenCovariance(randomTokens(m, 15, 77), m, 15);
    const values = symmetricEigenvalues(V, m);
    let trace = 0;
    for (let a = 0; a < m; a++) trace += V[a * m + a];
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 12);
    const squares = V.reduce((sum, value) => sum + value * value, 0);
    expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(squares, 11);
  });

  it('survives entries near both ends of float64', () => {
    expect(symmetricEigenvalues([1e300, 1e-300, 1e-300, 1e-300], 2)[0]).toBe(1e300);
    expect(symmetricEigenvalues([3e-310, 1e-310, 1e-310, 3e-310], 2)[0]).toBeCloseTo(4e-310, 320);
  });

  it('refuses a matrix of the wrong size', () => {
    expect(() => symmetricEigenvalues([1, 2], 2)).toThrow('expected m² entries with m = 2, got 2');
  });

  it('refuses to iterate forever on a matrix that is not finite', () => {
    expect(() => jacobi([1, NaN, NaN, 1], 2)).toThrow('expected convergence');
  });
});
