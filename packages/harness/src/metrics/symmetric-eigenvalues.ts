import { tridiagonalEigenvalues } from './tridiagonal-eigenvalues.js';

/**
 * Largest matrix given to the Jacobi iteration. Its cost grows with m³ times the number of sweeps, so
 * larger ones are made tridiagonal first.
 */
export const JACOBI_LIMIT = 24;

/** Sweeps before giving up. Convergence is quadratic: m = 24 needs about eight. */
const MAX_SWEEPS = 40;

/**
 * An off-diagonal entry below this part of the largest entry is rounding: dropping all of them
 * moves an eigenvalue by less than m ε/8 max|A|, under the backward error of the rotations.
 */
const NEGLIGIBLE = Number.EPSILON / 8;

/**
 * The eigenvalues of a symmetric matrix, descending, in float64.
 *
 * Cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, section 8.5) up to m = 24,
 * Householder reflections and QL steps beyond. Absolute error of order m ε ‖A‖: eigenvalues below
 * that are not resolved.
 *
 * @param A symmetric, [m, m] row-major; only its lower triangle is used
 * @throws RangeError when A has not m² entries
 * @throws Error when the iteration does not converge (entries that are not finite)
 */
export function symmetricEigenvalues(A: ArrayLike<number>, m: number): Float64Array {
  if (!Number.isInteger(m) || m < 1 || A.length !== m * m) {
    throw new RangeError(
      `symmetricEigenvalues: expected m² entries with m = ${m}, got ${A.length}. Pass the whole matrix, row by row.`,
    );
  }
  const values = m <= JACOBI_LIMIT ? jacobi(A, m) : tridiagonalEigenvalues(A, m);
  return values.sort().reverse();
}

/** Eigenvalues by cyclic Jacobi rotations on the lower triangle, unsorted. */
export function jacobi(A: ArrayLike<number>, m: number): Float64Array {
  const S = new Float64Array(m * m);
  let scale = 0;
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      S[a * m + b] = A[a * m + b];
      scale = Math.max(scale, Math.abs(A[a * m + b]));
    }
  }
  const threshold = NEGLIGIBLE * scale;
  for (let sweep = 0; ; sweep++) {
    let rotated = false;
    for (let p = 1; p < m; p++) {
      for (let q = 0; q < p; q++) {
        if (Math.abs(S[p * m + q]) <= threshold) continue;
        rotate(S, m, p, q);
        rotated = true;
      }
    }
    if (!rotated) break;
    if (sweep === MAX_SWEEPS) {
      throw new Error(
        `symmetricEigenvalues: expected convergence within ${MAX_SWEEPS} sweeps, got none at m = ${m}. Check that every entry is finite.`,
      );
    }
  }
  const values = new Float64Array(m);
  for (let a = 0; a < m; a++) values[a] = S[a * m + a];
  return values;
}

/** Zeroes S[p, q] (p > q) by a plane rotation of rows and columns p and q; lower triangle only. */
function rotate(S: Float64Array, m: number, p: number, q: number): void {
  const spq = S[p * m + q];
  const theta = (S[q * m + q] - S[p * m + p]) / (2 * spq);
  // The smaller root of t² + 2θt − 1 = 0; for huge θ the root is 1/(2θ) and θ² must not overflow.
  const size = Math.abs(theta);
  const root = size > 1e150 ? 1 / (2 * size) : 1 / (size + Math.sqrt(theta * theta + 1));
  const t = theta < 0 ? -root : root;
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  S[p * m + p] -= t * spq;
  S[q * m + q] += t * spq;
  S[p * m + q] = 0;
  for (let k = 0; k < q; k++) turn(S, p * m + k, q * m + k, c, s);
  for (let k = q + 1; k < p; k++) turn(S, p * m + k, k * m + q, c, s);
  for (let k = p + 1; k < m; k++) turn(S, k * m + p, k * m + q, c, s);
}

/** (S[i], S[j]) ← (c S[i] − s S[j], s S[i] + c S[j]). */
function turn(S: Float64Array, i: number, j: number, c: number, s: number): void {
  const x = S[i];
  const y = S[j];
  S[i] = c * x - s * y;
  S[j] = s * x + c * y;
}
