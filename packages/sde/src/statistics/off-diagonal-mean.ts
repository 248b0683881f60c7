import { checkCount } from './check-sample.js';

/**
 * The mean of the off-diagonal entries of an m×m matrix, `Σ_{a≠b} M_ab / (m (m − 1))`.
 *
 * Of a correlation matrix this is the mean cosine between tokens: 1 when the rank has collapsed.
 *
 * @param M m×m, row-major
 * @throws RangeError when m < 2 or M does not hold m² numbers
 */
export function offDiagonalMean(M: ArrayLike<number>, m: number): number {
  checkCount('offDiagonalMean', 'm', m, 2);
  if (M.length !== m * m) {
    throw new RangeError(
      `offDiagonalMean: expected M to hold ${m}×${m} = ${m * m} numbers, got ${M.length}. Pass the view of one matrix.`,
    );
  }
  let sum = 0;
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < m; b++) if (a !== b) sum += M[a * m + b];
  }
  return sum / (m * (m - 1));
}
