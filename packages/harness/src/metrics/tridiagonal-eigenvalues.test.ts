import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { randomTokens } from './testing/random-tokens.js';
import { tokenCovariance } from './token-covariance.js';
import { tridiagonalEigenvalues } from './tridiagonal-eigenvalues.js';

/** Both routines are backward stable: an eigenvalue is off by a few m ε ‖A‖. */
const tolerance = (m: number, largest: number) => 4 * m * Number.EPSILON * largest;

const sorted = (values: Iterable<number>) => [...values].sort((x, y) => y - x);

function expectEigenvalues(A: ArrayLike<number>, m: number, expected: Iterable<number>): void {
  const values = sorted(tridiagonalEigenvalues(A, m));
  const wanted = sorted(expected);
  const largest = Math.max(...wanted.map(Math.abs));
  values.forEach((value, a) => {
    expect(Math.abs(value - wanted[a])).toBeLessThanOrEqual(tolerance(m, largest));
  });
}

describe('tridiagonalEigenvalues', () => {
  it.each([1, 2, 3, 5, 8, 25, 64, 100])('agrees with ml-matrix on a Gram matrix, m = %i', (m) => {
    // Fewer coordinates than tokens: most eigenvalues are zero.
    for (const width of [7, 2 * m]) {
      const V = tokenCovariance(randomTokens(m, width, m), m, width);
      const rows = Array.from({ length: m }, (_, a) => Array.from(V.subarray(a * m, (a + 1) * m)));
      const { realEigenvalues } = new EigenvalueDecomposition(new Matrix(rows), {
        assumeSymmetric: true,
      });
      expectEigenvalues(V, m, realEigenvalues);
    }
  });

  it('has the cosines of a chain of springs', () => {
    const m = 40;
    const A = new Float64Array(m * m);
    for (let a = 0; a < m; a++) {
      A[a * m + a] = 2;
      if (a > 0) A[a * m + a - 1] = -1;
    }
    const expected = A.subarray(0, m).map(
      (_, a) => 2 - 2 * Math.cos(((a + 1) * Math.PI) / (m + 1)),
    );
    expectEigenvalues(A, m, expected);
  });

  it('has m once and zero otherwise for equal tokens, and the diagonal of a diagonal matrix', () => {
    const m = 30;
    const once = [m, ...Array<number>(m - 1).fill(0)];
    expectEigenvalues(new Float64Array(m * m).fill(1), m, once);
    const diagonal = new Float64Array(m * m);
    for (let a = 0; a < m; a++) diagonal[a * m + a] = a - 3;
    expect(sorted(tridiagonalEigenvalues(diagonal, m))).toEqual(once.map((_, a) => m - 4 - a));
    expect([...tridiagonalEigenvalues(new Float64Array(9), 3)]).toEqual([0, 0, 0]);
  });

  it('survives entries near both ends of float64', () => {
    for (const scale of [1e300, 1e-300]) {
      const A = [2, 0, 0, 1, 2, 0, 0, 1, 2].map((value) => value * scale);
      const expected = [2 + Math.SQRT2, 2, 2 - Math.SQRT2].map((value) => value * scale);
      expectEigenvalues(A, 3, expected);
    }
  });

  it('refuses to iterate forever on a matrix that is not finite', () => {
    expect(() => tridiagonalEigenvalues([1, 0, NaN, 1], 2)).toThrow('expected convergence');
  });
});
