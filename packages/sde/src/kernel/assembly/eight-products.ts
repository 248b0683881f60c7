/**
 * Products of 8×8 matrices, whose rows lie 128 bytes apart, so that every offset is a constant: what
 * `products.ts` does for any size.
 */

const ROW: usize = 128;
const ENTRY: usize = 16;

// @ts-ignore: decorator
@inline
function madd(sum: v128, a: v128, b: v128): v128 {
  return f64x2.add(sum, f64x2.mul(a, b));
}

/**
 * Four rows of A by `pairs` pairs of rows of B, over `k` columns: `more` of them with each pair, and
 * without the first `skip` of the pair before. The loops over k are left to the engine, which runs them
 * twice in a turn: written out for two, Binaryen folds both terms of an entry into one expression, for
 * which there is a register too few.
 */
function panel(
  a: usize, b: usize, c: usize, pairs: i32, k: usize, more: usize, skip: usize,
): void {
  let x: v128, y: v128, row: v128;
  let end = a + k * ENTRY;
  for (; pairs > 0; pairs--) {
    let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00;
    let s20 = s00, s21 = s00, s30 = s00, s31 = s00;
    let q = b;
    for (let p = a; p < end; p += ENTRY) {
      x = v128.load(q);
      y = v128.load(q, 128);
      unroll: for (let r = 0; r < 4; r++) {
        row = v128.load(p, r * 128);
        s$r0 = madd(s$r0, row, x);
        s$r1 = madd(s$r1, row, y);
      }
      q += ENTRY;
    }
    unroll: for (let r = 0; r < 4; r++) {
      v128.store(c, s$r0, r * 128);
      v128.store(c, s$r1, r * 128 + 16);
    }
    a += skip * ENTRY;
    b += 2 * ROW + skip * ENTRY;
    c += 2 * ENTRY;
    end += more * ENTRY;
  }
}

/** Four columns of A by `pairs` pairs of columns of B, over `k` rows: without the first `skip` of the pair before. */
function columns(a: usize, b: usize, c: usize, pairs: i32, k: usize, skip: usize): void {
  let x: v128, y: v128, row: v128;
  const end = a + k * ROW;
  for (; pairs > 0; pairs--) {
    let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00;
    let s20 = s00, s21 = s00, s30 = s00, s31 = s00;
    let q = b;
    for (let p = a; p < end; p += ROW) {
      x = v128.load(q);
      y = v128.load(q, 16);
      unroll: for (let r = 0; r < 4; r++) {
        row = v128.load(p, r * 16);
        s$r0 = madd(s$r0, row, x);
        s$r1 = madd(s$r1, row, y);
      }
      q += ROW;
    }
    unroll: for (let r = 0; r < 4; r++) {
      v128.store(c, s$r0, r * 128);
      v128.store(c, s$r1, r * 128 + 16);
    }
    a += skip * ROW;
    b += 2 * ENTRY + skip * ROW;
    c += 2 * ENTRY;
  }
}

/** C = A Bᵀ. */
export function product8(A: usize, B: usize, C: usize): void {
  panel(A, B, C, 4, 8, 0, 0);
  panel(A + 4 * ROW, B, C + 4 * ROW, 4, 8, 0, 0);
}

/** C = L Uᵀ of a lower triangular L and an upper triangular U: lower triangular, within its 4×4 blocks. */
export function lowerUpper8(L: usize, U: usize, C: usize): void {
  panel(L, U, C, 2, 4, 0, 2);
  panel(L + 4 * ROW, U, C + 4 * ROW, 4, 8, 0, 2);
}

/** C = A Lᵀ of lower triangular A and L; all of C is written. */
export function lowerLower8(A: usize, L: usize, C: usize): void {
  panel(A, L, C, 1, 2, 0, 0);
  panel(A, L + 2 * ROW, C + 2 * ENTRY, 3, 4, 0, 0);
  panel(A + 4 * ROW, L, C + 4 * ROW, 4, 2, 2, 0);
}

/** The lower triangle of C = Lᵀ L, of a lower triangular L; a few other entries are written too. */
export function columnGram8(L: usize, C: usize): void {
  columns(L, L, C, 2, 8, 2);
  columns(L + 4 * ROW + 4 * ENTRY, L + 4 * ROW, C + 4 * ROW, 2, 4, 0);
  columns(L + 4 * ROW + 4 * ENTRY, L + 4 * ROW + 4 * ENTRY, C + 4 * ROW + 4 * ENTRY, 2, 4, 2);
}
