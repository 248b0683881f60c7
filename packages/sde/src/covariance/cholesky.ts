/**
 * Below this share of a token's own variance its variance given the tokens before it counts as
 * zero: rounding in the m subtractions that leave it is at most about m·2⁻⁵² of that variance.
 */
export function dependentTolerance(tokens: number): number {
  return 8 * tokens * Number.EPSILON;
}

/**
 * Writes into `L` a lower-triangular factor of a positive semidefinite V, `V = L Lᵀ` (both
 * `[m, m]`), with a zero column for every token that depends linearly on those before it, so that
 * repeated tokens are no special case.
 *
 * Returns the largest entry by which `L Lᵀ` misses V, as a share of the larger of its two variances
 * (∞ where both are zero): up to √{@link dependentTolerance} for a covariance, more when V was
 * outside the cone. An overflowed V gives a factor with NaN, so that it is noticed downstream rather
 * than taken for a dependent token; a finite one never does.
 */
export function cholesky(V: Float64Array, m: number, L: Float64Array): number {
  const tolerance = dependentTolerance(m);
  let defect = 0;
  for (let j = 0; j < m; j++) {
    const rowJ = j * m;
    for (let i = 0; i < j; i++) L[i * m + j] = 0;
    const variance = V[rowJ + j];
    let pivot = variance;
    for (let k = 0; k < j; k++) pivot -= L[rowJ + k] * L[rowJ + k];
    const dependent = pivot <= tolerance * variance;
    const root = Number.isFinite(pivot) ? (dependent ? 0 : Math.sqrt(pivot)) : NaN;
    L[rowJ + j] = root;
    if (root === 0 && pivot !== 0) defect = Math.max(defect, Math.abs(pivot / variance));
    if (Number.isNaN(root)) defect = Infinity;
    for (let i = j + 1; i < m; i++) {
      const rowI = i * m;
      let sum = V[rowI + j];
      for (let k = 0; k < j; k++) sum -= L[rowI + k] * L[rowJ + k];
      if (root > 0) {
        L[rowI + j] = sum / root;
      } else {
        L[rowI + j] = 0;
        const scale = Math.max(variance, V[rowI + i]);
        if (sum !== 0) defect = Math.max(defect, scale > 0 ? Math.abs(sum) / scale : Infinity);
      }
    }
  }
  return defect;
}
