import { cholesky } from './cholesky.js';

/**
 * Asymmetry, and distance of a Cholesky factor's product, allowed in a given covariance as a share of
 * its variances: what a Gram matrix summed in single precision (2⁻²⁴ a term) shows.
 */
export const MEASURED_TOLERANCE = 1e-5;

/**
 * A symmetrised copy of a covariance given from outside, `[m, m]` row-major.
 *
 * @throws RangeError naming `caller` when the length is wrong, an entry is not finite, or the
 *   matrix is not symmetric or not positive semidefinite within {@link MEASURED_TOLERANCE}
 */
export function checkCovariance(
  caller: string,
  V: Float64Array,
  m: number,
  name = 'V0',
): Float64Array {
  if (V.length !== m * m) {
    throw new RangeError(
      `${caller}: expected ${name} to be ${m}×${m} (${m * m} numbers, row-major), got ${V.length} numbers. ` +
        'It holds X Xᵀ/n of the tokens in the architecture.',
    );
  }
  const out = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < m; b++) {
      const x = V[a * m + b];
      if (!Number.isFinite(x)) {
        throw new RangeError(
          `${caller}: expected ${name} to be finite, got ${x} at [${a}, ${b}]. Check the embeddings for NaN.`,
        );
      }
      const scale = Math.max(Math.abs(V[a * m + a]), Math.abs(V[b * m + b]));
      if (Math.abs(x - V[b * m + a]) > MEASURED_TOLERANCE * scale) {
        throw new RangeError(
          `${caller}: expected ${name} to be symmetric, got ${x} at [${a}, ${b}] and ${V[b * m + a]} at ` +
            `[${b}, ${a}]. Pass X Xᵀ/n.`,
        );
      }
      out[a * m + b] = (x + V[b * m + a]) / 2;
    }
  }
  if (cholesky(out, m, new Float64Array(m * m)) > MEASURED_TOLERANCE) {
    throw new RangeError(
      `${caller}: expected ${name} to be positive semidefinite, got a matrix with a negative direction. ` +
        'Pass X Xᵀ/n of real embeddings, not a correlation typed by hand.',
    );
  }
  return out;
}
