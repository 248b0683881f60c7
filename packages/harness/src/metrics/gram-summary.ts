import { assertFinite } from './non-finite-error.js';
import { symmetricEigenvalues } from './symmetric-eigenvalues.js';
import { correlationOfPair } from './token-correlation.js';

/** What every metric of a covariance matrix is computed from, worked out once. */
export interface GramSummary {
  readonly tokens: number;
  /** V, [T, T] row-major. */
  readonly V: ArrayLike<number>;
  /** `tr V = Σ_a V_aa`. */
  readonly trace: number;
  /** Eigenvalues of V, descending, at least 0 (see `gramSummary`). */
  readonly eigenvalues: Float64Array;
  /** ρ_ab of the pairs a < b whose tokens are both non-zero, ascending. */
  readonly correlations: Float64Array;
}

/**
 * An eigenvalue below this part of m λ₁ is set to 0: it is the rounding of the eigenvalue routine,
 * and its root would otherwise add a spurious singular value of size √ε σ₁.
 */
export const EIGENVALUE_FLOOR = Number.EPSILON;

/**
 * The parts of a covariance matrix that its metrics share.
 *
 * V should be positive semidefinite. A slightly negative eigenvalue (rounding, or a path of
 * Euler–Maruyama that left the cone) counts as 0.
 *
 * @param V covariance, symmetric, [m, m] row-major
 * @param m number of tokens
 * @throws RangeError when V has not m² entries, or is not symmetric
 * @throws NonFiniteError when an entry is NaN or infinite
 */
export function gramSummary(V: ArrayLike<number>, m: number): GramSummary {
  if (!Number.isInteger(m) || m < 1 || V.length !== m * m) {
    throw new RangeError(
      `gramMetrics: expected V of m² entries with m = ${m}, got ${V.length}. Pass one matrix, row by row.`,
    );
  }
  assertFinite(V, 'gramMetrics', 'V', m);
  let trace = 0;
  for (let a = 0; a < m; a++) trace += V[a * m + a];
  const eigenvalues = symmetricEigenvalues(V, m);
  const floor = Math.max(0, m * EIGENVALUE_FLOOR * eigenvalues[0]);
  for (let a = 0; a < m; a++) if (!(eigenvalues[a] > floor)) eigenvalues[a] = 0;
  return { tokens: m, V, trace, eigenvalues, correlations: pairCorrelations(V, m) };
}

/**
 * Two entries V_ab and V_ba further apart than this part of the largest entry are no rounding: even
 * a float32 product of thousands of terms is symmetric to 1e-4.
 */
const ASYMMETRY = 1e-3;

function pairCorrelations(V: ArrayLike<number>, m: number): Float64Array {
  const values = new Float64Array((m * (m - 1)) / 2);
  let count = 0;
  for (let a = 1; a < m; a++) {
    const vaa = V[a * m + a];
    for (let b = 0; b < a; b++) {
      const vab = V[a * m + b];
      const vbb = V[b * m + b];
      if (Math.abs(vab - V[b * m + a]) > ASYMMETRY * (Math.abs(vaa) + Math.abs(vbb))) {
        throw new RangeError(
          `gramMetrics: expected a symmetric V, got ${vab} at (${a}, ${b}) and ${V[b * m + a]} at (${b}, ${a}). Pass X Xᵀ/n, not a score matrix.`,
        );
      }
      const rho = correlationOfPair(vab, vaa, vbb);
      if (rho !== null) values[count++] = rho;
    }
  }
  return values.subarray(0, count).sort();
}
