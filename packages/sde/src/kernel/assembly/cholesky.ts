/** The factor of a covariance, as `covariance/cholesky.ts` defines it. */
import { at, ENTRY, m, rowBytes } from './layout';
import { addProduct, C_LOWER } from './products';

/** Columns factored at once; what lies to their left is a product. */
const PANEL: i32 = 32;

/** Largest entry by which the latest factor's product misses its matrix, a share of the variances. */
export let defect: v128 = f64x2.splat(0);

/**
 * Writes into L the lower triangular factor of a half's positive semidefinite V, with a zero column
 * for every token that depends on those before it, zeroes above the diagonal, and sets `defect`.
 */
export function cholesky(V: usize, L: usize): void {
  defect = f64x2.splat(0);
  const tolerance = f64x2.splat(8.0 * <f64>m * f64.EPSILON);
  for (let from = 0; from < m; from += PANEL) {
    const to = min(m, from + PANEL);
    for (let i = 0; i < m; i++) {
      const row = at(L, i, 0);
      if (i < from) {
        for (let j = from; j < to; j++) v128.store(row + <usize>j * ENTRY, f64x2.splat(0));
      } else {
        const source = at(V, i, 0);
        for (let j = from; j < to; j++) {
          const entry = <usize>j * ENTRY;
          v128.store(row + entry, v128.load(source + entry));
        }
      }
    }
    if (from > 0) {
      const rows = at(L, from, 0);
      addProduct(
        rows, rowBytes, rows, rowBytes, at(L, from, from), rowBytes,
        m - from, to - from, from, C_LOWER, -1,
      );
    }
    factorPanel(V, L, from, to, tolerance);
  }
}

function factorPanel(V: usize, L: usize, from: i32, to: i32, tolerance: v128): void {
  const zero = f64x2.splat(0);
  for (let j = from; j < to; j++) {
    const rowJ = at(L, j, from);
    const width = <usize>(j - from) * ENTRY;
    const variance = v128.load(at(V, j, j));
    let pivot = v128.load(rowJ + width);
    for (let k: usize = 0; k < width; k += ENTRY) {
      const x = v128.load(rowJ + k);
      pivot = f64x2.sub(pivot, f64x2.mul(x, x));
    }
    const dependent = f64x2.le(pivot, f64x2.mul(tolerance, variance));
    const root = v128.andnot(f64x2.sqrt(pivot), dependent);
    const inverse = v128.andnot(f64x2.div(f64x2.splat(1), root), dependent);
    v128.store(rowJ + width, root);
    // The product may have written above the diagonal.
    const end = <usize>(to - from) * ENTRY;
    for (let k = width + ENTRY; k < end; k += ENTRY) v128.store(rowJ + k, zero);
    const anyDependent = v128.any_true(dependent);
    if (anyDependent) {
      const miss = f64x2.div(f64x2.abs(pivot), f64x2.abs(variance));
      noteDefect(v128.andnot(v128.and(miss, dependent), f64x2.eq(pivot, zero)));
    }
    let i = j + 1;
    if (!anyDependent) {
      for (; i + 3 < m; i += 4) {
        const row0 = at(L, i, from), row1 = row0 + rowBytes;
        const row2 = row1 + rowBytes, row3 = row2 + rowBytes;
        let s0 = v128.load(row0 + width), s1 = v128.load(row1 + width);
        let s2 = v128.load(row2 + width), s3 = v128.load(row3 + width);
        for (let k: usize = 0; k < width; k += ENTRY) {
          const x = v128.load(rowJ + k);
          s0 = f64x2.sub(s0, f64x2.mul(v128.load(row0 + k), x));
          s1 = f64x2.sub(s1, f64x2.mul(v128.load(row1 + k), x));
          s2 = f64x2.sub(s2, f64x2.mul(v128.load(row2 + k), x));
          s3 = f64x2.sub(s3, f64x2.mul(v128.load(row3 + k), x));
        }
        v128.store(row0 + width, f64x2.mul(s0, inverse));
        v128.store(row1 + width, f64x2.mul(s1, inverse));
        v128.store(row2 + width, f64x2.mul(s2, inverse));
        v128.store(row3 + width, f64x2.mul(s3, inverse));
      }
    }
    for (; i < m; i++) {
      const row = at(L, i, from);
      let sum = v128.load(row + width);
      for (let k: usize = 0; k < width; k += ENTRY) {
        sum = f64x2.sub(sum, f64x2.mul(v128.load(row + k), v128.load(rowJ + k)));
      }
      v128.store(row + width, f64x2.mul(sum, inverse));
      if (anyDependent) {
        const scale = f64x2.max(variance, v128.load(at(V, i, i)));
        const miss = f64x2.div(f64x2.abs(sum), scale);
        noteDefect(v128.andnot(v128.and(miss, dependent), f64x2.eq(sum, zero)));
      }
    }
  }
}

function noteDefect(miss: v128): void {
  // A pseudo-maximum keeps what it had where the new value is no number; x/0 is infinite.
  defect = f64x2.pmax(defect, miss);
}
