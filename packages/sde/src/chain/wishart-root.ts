import type { Stream } from '@shaped/random';

/** Number of columns of the factor that {@link wishartRoot} draws. */
export function wishartRootColumns(tokens: number, degrees: number): number {
  return degrees >= tokens ? tokens : Math.ceil(degrees);
}

/**
 * Writes into `out` a factor T, `[m, wishartRootColumns]` row-major, with T Tᵀ ~ Wishart_m(I, df):
 * the Gram matrix of an m×df standard Gaussian, at O(m²) draws.
 *
 * For df ≥ m it is Bartlett's lower triangle, `T_ii = √χ²(df − i)` (i from 0), `T_ij ~ N(0, 1)`
 * below, for any real df; for integer df < m the m×df Gaussian itself.
 */
export function wishartRoot(
  tokens: number,
  degrees: number,
  stream: Pick<Stream, 'normal' | 'chiSquared'>,
  out: Float64Array,
): Float64Array {
  if (degrees < tokens) {
    const count = tokens * wishartRootColumns(tokens, degrees);
    for (let i = 0; i < count; i++) out[i] = stream.normal();
    return out;
  }
  for (let i = 0; i < tokens; i++) {
    for (let j = 0; j < i; j++) out[i * tokens + j] = stream.normal();
    out[i * tokens + i] = Math.sqrt(stream.chiSquared(degrees - i));
    for (let j = i + 1; j < tokens; j++) out[i * tokens + j] = 0;
  }
  return out;
}
