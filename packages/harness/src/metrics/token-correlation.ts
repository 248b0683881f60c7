/**
 * The correlation of two tokens, or `null` when one of them is zero.
 *
 * `ρ_ab = V_ab / √(V_aa V_bb)`. Two equal tokens give exactly 1.
 */
export function correlationOfPair(vab: number, vaa: number, vbb: number): number | null {
  if (!(vaa > 0) || !(vbb > 0)) return null;
  const product = vaa * vbb;
  // √(V_aa V_bb) as one root is exact for equal tokens; as two it survives under- and overflow.
  if (product > 0 && product < Infinity) return vab / Math.sqrt(product);
  return vab / Math.sqrt(vaa) / Math.sqrt(vbb);
}

/**
 * The matrix of correlations between tokens, for heat maps: m rows of m entries, `null` where a
 * token is zero.
 *
 * @param V covariance, [m, m] row-major
 */
export function tokenCorrelation(V: ArrayLike<number>, m: number): (number | null)[][] {
  return Array.from({ length: m }, (_, a) =>
    Array.from({ length: m }, (_, b) =>
      correlationOfPair(V[a * m + b], V[a * m + a], V[b * m + b]),
    ),
  );
}
