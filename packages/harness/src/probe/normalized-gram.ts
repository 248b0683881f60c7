import type { Architecture } from '@shaped/sde';
import { tokenCovariance } from '../metrics/index.js';

/**
 * V of the rows that a branch sees in a pre-norm block, [T, T]: unit diagonal, zero where a row is.
 * RMSNorm scales the rows; LayerNorm subtracts each row's mean over the width first. (The epsilon of
 * the norms, 1e-6 against token norms of order one, is left out.)
 *
 * @param X [T, D] row-major
 */
export function normalizedGram(
  X: ArrayLike<number>,
  { tokens, width, norm }: Pick<Architecture, 'tokens' | 'width' | 'norm'>,
): Float64Array {
  const rows = Float64Array.from(X);
  if (norm === 'layer') {
    for (let t = 0; t < tokens; t++) {
      const row = rows.subarray(t * width, (t + 1) * width);
      const mean = row.reduce((sum, value) => sum + value, 0) / width;
      row.forEach((value, i) => (row[i] = value - mean));
    }
  }
  const V = tokenCovariance(rows, tokens, width);
  return V.map((value, at) => {
    const scale = V[Math.floor(at / tokens) * (tokens + 1)] * V[(at % tokens) * (tokens + 1)];
    return scale > 0 ? value / Math.sqrt(scale) : 0;
  });
}
