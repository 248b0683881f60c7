import { cholesky } from '../covariance/cholesky.js';
import { pivotedCholesky } from '../covariance/pivoted-cholesky.js';
import type { Architecture } from '../model/architecture.js';

/** What the next layer's law depends on. */
export interface ChainState {
  /** Covariance of the tokens, X Xᵀ/n, `[m, m]`. */
  readonly V: Float64Array;
  /**
   * Gram matrices of the column slices that the heads write, X_h X_hᵀ/n, `[H, m, m]`; their sum is
   * V. Present only when there are several heads and no output projection to mix them.
   */
  readonly slices?: Float64Array;
}

/** Whether the chain of an architecture must follow each head's columns separately. */
export function tracksSlices(arch: Architecture): boolean {
  return arch.attention !== 'none' && arch.heads > 1 && !arch.outputProjection;
}

/**
 * A factor L of one slice's Gram matrix of `width` columns: lower triangular, or, where the slice
 * is narrower than the tokens, zero after its first `width` columns.
 */
export function sliceFactor(V: Float64Array, m: number, width: number, L: Float64Array): void {
  if (width >= m) cholesky(V, m, L);
  else pivotedCholesky(V, m, width, L);
}

/** Sets V to the sum of its slices. */
export function sumSlices(slices: Float64Array, V: Float64Array): void {
  V.fill(0);
  for (let i = 0; i < slices.length; i++) V[i % V.length] += slices[i];
}

/** Scales V and its slices in place to unit variances, `D^{-1/2} V D^{-1/2}`; zero tokens stay zero. */
export function normalizeState({ V, slices }: ChainState, m: number): void {
  const scale = inverseNorms(V, m, new Float64Array(m));
  const rescale = (S: Float64Array) => {
    for (let i = 0; i < S.length; i++) S[i] *= scale[Math.floor(i / m) % m] * scale[i % m];
  };
  rescale(V);
  if (slices) rescale(slices);
}

/** Writes `V_aa^{-1/2}` into `out`, 0 for a token of zero norm. */
export function inverseNorms(V: Float64Array, m: number, out: Float64Array): Float64Array {
  for (let a = 0; a < m; a++) out[a] = V[a * m + a] > 0 ? 1 / Math.sqrt(V[a * m + a]) : 0;
  return out;
}
