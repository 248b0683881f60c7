/** Sweeps after which cyclic Jacobi has always converged in double precision for m ≤ 1000. */
const MAX_SWEEPS = 60;

/**
 * Replaces a symmetric V, `[m, m]`, in place by the nearest positive semidefinite matrix in the
 * Frobenius norm: its negative eigenvalues set to zero (cyclic Jacobi).
 */
export function nearestCovariance(V: Float64Array, m: number): void {
  const A = V.slice();
  const U = new Float64Array(m * m);
  for (let i = 0; i < m; i++) U[i * m + i] = 1;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let off = 0;
    let all = 0;
    for (let i = 0; i < m * m; i++) {
      all += A[i] * A[i];
      if (i % (m + 1) !== 0) off += A[i] * A[i];
    }
    if (!(off > Number.EPSILON ** 2 * all)) break;
    for (let p = 0; p < m; p++) for (let q = p + 1; q < m; q++) rotate(A, U, m, p, q);
  }
  V.fill(0);
  for (let k = 0; k < m; k++) {
    const value = A[k * m + k];
    if (!(value > 0)) continue;
    for (let a = 0; a < m; a++) {
      for (let b = 0; b <= a; b++) V[a * m + b] += value * U[a * m + k] * U[b * m + k];
    }
  }
  // Copied rather than summed again, as the order of three factors would show in the last bit.
  for (let a = 0; a < m; a++) for (let b = 0; b < a; b++) V[b * m + a] = V[a * m + b];
}

/** Zeroes A_pq by a plane rotation and accumulates it in U. */
function rotate(A: Float64Array, U: Float64Array, m: number, p: number, q: number): void {
  const apq = A[p * m + q];
  if (apq === 0) return;
  const theta = (A[q * m + q] - A[p * m + p]) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < m; k++) {
    const akp = A[k * m + p];
    const akq = A[k * m + q];
    A[k * m + p] = c * akp - s * akq;
    A[k * m + q] = s * akp + c * akq;
    const ukp = U[k * m + p];
    const ukq = U[k * m + q];
    U[k * m + p] = c * ukp - s * ukq;
    U[k * m + q] = s * ukp + c * ukq;
  }
  for (let k = 0; k < m; k++) {
    const apk = A[p * m + k];
    const aqk = A[q * m + k];
    A[p * m + k] = c * apk - s * aqk;
    A[q * m + k] = s * apk + c * aqk;
  }
}
