/** The factor of an 8×8 covariance, operation by operation as `cholesky.ts` has it, written out. */

/** Inverses of the pivots' roots, `[8][2 halves]`. */
const INVERSES: usize = memory.data(256, 16);
const TOLERANCE: f64 = 8.0 * 8.0 * f64.EPSILON;

/**
 * Writes the factors of both halves of V below the diagonals of L, above which lie zeroes already.
 * Returns false, and L is worth nothing, where a token depends on those before it.
 */
export function cholesky8(V: usize, L: usize): boolean {
  const one = f64x2.splat(1), tolerance = f64x2.splat(TOLERANCE);
  let dependent = f64x2.splat(0);
  let x0 = one, x1 = one, x2 = one, x3 = one, x4 = one, x5 = one, x6 = one, x7 = one;
  let variance = one;
  unroll: for (let i = 0; i < 8; i++) {
    // The halves in turns: neither waits for its own roots and quotients.
    unroll: for (let h = 0; h < 2; h++) {
      unroll: for (let j = 0; j < i; j++) {
        x$j = v128.load(V, h * 1024 + i * 128 + j * 16);
        unroll: for (let k = 0; k < j; k++) {
          x$j = f64x2.sub(x$j, f64x2.mul(x$k, v128.load(L, h * 1024 + j * 128 + k * 16)));
        }
        x$j = f64x2.mul(x$j, v128.load(INVERSES, j * 32 + h * 16));
        v128.store(L, x$j, h * 1024 + i * 128 + j * 16);
      }
      variance = v128.load(V, h * 1024 + i * 144);
      x$i = variance;
      unroll: for (let k = 0; k < i; k++) {
        x$i = f64x2.sub(x$i, f64x2.mul(x$k, x$k));
      }
      dependent = v128.or(dependent, f64x2.le(x$i, f64x2.mul(tolerance, variance)));
      x$i = f64x2.sqrt(x$i);
      v128.store(L, x$i, h * 1024 + i * 144);
      v128.store(INVERSES, f64x2.div(one, x$i), i * 32 + h * 16);
    }
  }
  return !v128.any_true(dependent);
}
