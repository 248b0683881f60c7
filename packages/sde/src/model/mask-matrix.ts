import type { AttentionMask } from './architecture.js';

/** The 0/1 matrix B of a mask, `[m, m]` row-major: rows are queries, columns are keys. */
export function maskMatrix(mask: AttentionMask, tokens: number): Float64Array {
  const B = new Float64Array(tokens * tokens);
  for (let a = 0; a < tokens; a++) {
    for (let j = 0; j < tokens; j++) {
      if (mask === 'full') B[a * tokens + j] = 1;
      else if (mask === 'causal') B[a * tokens + j] = j <= a ? 1 : 0;
      else B[a * tokens + j] = mask[a][j];
    }
  }
  return B;
}

/**
 * `1/c_a` for the `c_a = Σ_j B_aj` keys that query a may see, and 0 for a query that may see none:
 * there softmax and C̄ are both zero.
 */
export function inverseKeyCounts(B: Float64Array, tokens: number): Float64Array {
  return Float64Array.from({ length: tokens }, (_, a) => {
    let count = 0;
    for (let j = 0; j < tokens; j++) count += B[a * tokens + j];
    return count === 0 ? 0 : 1 / count;
  });
}

/**
 * The centring matrix `C̄_aj = B_aj / c_a`, `[m, m]`: the post-softmax matrix at zero logits under
 * the same mask. Full mask: 1/m everywhere; causal: 1/a for the first a keys.
 */
export function centringMatrix(mask: AttentionMask, tokens: number): Float64Array {
  const B = maskMatrix(mask, tokens);
  const inverse = inverseKeyCounts(B, tokens);
  return B.map((entry, i) => entry * inverse[Math.floor(i / tokens)]);
}
