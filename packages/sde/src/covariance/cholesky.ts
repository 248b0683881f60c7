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
 * Returns the most negative pivot met as a share of its diagonal entry, 0 when none was: below a
 * caller's tolerance V was outside the cone and `L Lᵀ` is not V. Never writes NaN for finite V.
 */
export function cholesky(V: Float64Array, m: number, L: Float64Array): number {
  const tolerance = dependentTolerance(m);
  let worst = 0;
  for (let j = 0; j < m; j++) {
    const rowJ = j * m;
    for (let i = 0; i < j; i++) L[i * m + j] = 0;
    const variance = V[rowJ + j];
    let pivot = variance;
    for (let k = 0; k < j; k++) pivot -= L[rowJ + k] * L[rowJ + k];
    if (!(pivot > tolerance * variance)) {
      if (pivot < 0) worst = Math.min(worst, variance > 0 ? pivot / variance : -Infinity);
      for (let i = j; i < m; i++) L[i * m + j] = 0;
      continue;
    }
    const root = Math.sqrt(pivot);
    L[rowJ + j] = root;
    for (let i = j + 1; i < m; i++) {
      const rowI = i * m;
      let sum = V[rowI + j];
      for (let k = 0; k < j; k++) sum -= L[rowI + k] * L[rowJ + k];
      L[rowI + j] = sum / root;
    }
  }
  return worst;
}
