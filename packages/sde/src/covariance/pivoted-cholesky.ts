import { dependentTolerance } from './cholesky.js';

/**
 * Writes into `L`, `[m, m]`, a factor of a positive semidefinite V whose columns after the first
 * `rank` are zero, by Cholesky with the largest remaining variance first; rows stay in V's order,
 * so `L` is not triangular. Exact when V has at most that rank. An overflowed V gives NaN.
 */
export function pivotedCholesky(V: Float64Array, m: number, rank: number, L: Float64Array): void {
  L.fill(0);
  const left = Float64Array.from({ length: m }, (_, a) => V[a * m + a]);
  for (let k = 0; k < Math.min(rank, m); k++) {
    let p = 0;
    for (let a = 1; a < m; a++) if (left[a] > left[p] || Number.isNaN(left[a])) p = a;
    if (!Number.isFinite(left[p])) {
      L.fill(NaN);
      return;
    }
    if (!(left[p] > dependentTolerance(m) * V[p * m + p])) return;
    const root = Math.sqrt(left[p]);
    for (let a = 0; a < m; a++) {
      let sum = V[a * m + p];
      for (let i = 0; i < k; i++) sum -= L[a * m + i] * L[p * m + i];
      L[a * m + k] = sum / root;
      left[a] -= L[a * m + k] * L[a * m + k];
    }
    left[p] = 0;
  }
}
