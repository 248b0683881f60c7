import type { Architecture } from '@shaped/sde';
import { tokenCovariance } from '../metrics/index.js';

/** True when the exact chain needs the Gram matrix of every head's columns: theory, section 4. */
export function followsSlices({ heads, outputProjection, attention }: Architecture): boolean {
  return heads > 1 && !outputProjection && attention !== 'none';
}

/**
 * Gram matrices of the H column slices of X, each divided by the full width so that their sum is V.
 *
 * @param X [T, D] row-major
 * @returns [H, T, T]
 */
export function headSlices(
  X: ArrayLike<number>,
  { tokens, width, heads }: Pick<Architecture, 'tokens' | 'width' | 'heads'>,
): Float64Array {
  const columns = width / heads;
  const size = tokens * tokens;
  const slices = new Float64Array(heads * size);
  const slice = new Float64Array(tokens * columns);
  for (let h = 0; h < heads; h++) {
    for (let t = 0; t < tokens; t++) {
      for (let i = 0; i < columns; i++) slice[t * columns + i] = X[t * width + h * columns + i];
    }
    slices.set(
      tokenCovariance(slice, tokens, columns).map((value) => value / heads),
      h * size,
    );
  }
  return slices;
}
