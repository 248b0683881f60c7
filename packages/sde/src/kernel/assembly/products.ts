/**
 * Products of matrices, all of the form C_ij ← Σ_k A_ik B_jk: both factors are read along their rows,
 * and triangular ones only where they are not zero. Blocked in k and j so that large matrices are
 * limited by arithmetic.
 */
import { ENTRY } from './layout';

/** A_ik is zero for k > i. */
export const A_LOWER: i32 = 1;
/** A_ik is zero for k < i. */
export const A_UPPER: i32 = 16;
/** B_jk is zero for k > j. */
export const B_LOWER: i32 = 2;
/** B_jk is zero for k < j. */
export const B_UPPER: i32 = 4;
/** Only entries with j ≤ i are wanted; others may be written too. */
export const C_LOWER: i32 = 8;

/** Columns of a block of k, and rows of a block of B: 128 × 64 entries of 16 bytes fit a second-level cache. */
const K_BLOCK: i32 = 128;
const J_BLOCK: i32 = 64;

/** C = scale·sum, C += scale·sum, C = scale·sum + bend·|sum|. */
const STORE: i32 = 0;
const ADD: i32 = 1;
const BEND: i32 = 2;

let bend: v128 = f64x2.splat(0);

// @ts-ignore: decorator
@inline
function put(c: usize, sum: v128, scale: v128, mode: i32): void {
  const value = f64x2.mul(scale, sum);
  if (mode == STORE) v128.store(c, value);
  else if (mode == ADD) v128.store(c, f64x2.add(v128.load(c), value));
  else v128.store(c, f64x2.add(value, f64x2.mul(bend, v128.andnot(sum, f64x2.splat(-0.0)))));
}

/** Four rows of A by two rows of B. */
// @ts-ignore: decorator
@inline
function tile42(
  a: usize, aRow: usize, b: usize, bRow: usize, c: usize, cRow: usize,
  from: usize, to: usize, scale: v128, mode: i32,
): void {
  let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00;
  let s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  let p0 = a + from, p2 = p0 + 2 * aRow, q = b + from;
  const end = b + to;
  for (; q < end; q += ENTRY) {
    const x = v128.load(q), y = v128.load(q + bRow);
    let row = v128.load(p0);
    s00 = f64x2.add(s00, f64x2.mul(row, x));
    s01 = f64x2.add(s01, f64x2.mul(row, y));
    row = v128.load(p0 + aRow);
    s10 = f64x2.add(s10, f64x2.mul(row, x));
    s11 = f64x2.add(s11, f64x2.mul(row, y));
    row = v128.load(p2);
    s20 = f64x2.add(s20, f64x2.mul(row, x));
    s21 = f64x2.add(s21, f64x2.mul(row, y));
    row = v128.load(p2 + aRow);
    s30 = f64x2.add(s30, f64x2.mul(row, x));
    s31 = f64x2.add(s31, f64x2.mul(row, y));
    p0 += ENTRY;
    p2 += ENTRY;
  }
  put(c, s00, scale, mode);
  put(c + ENTRY, s01, scale, mode);
  c += cRow;
  put(c, s10, scale, mode);
  put(c + ENTRY, s11, scale, mode);
  c += cRow;
  put(c, s20, scale, mode);
  put(c + ENTRY, s21, scale, mode);
  c += cRow;
  put(c, s30, scale, mode);
  put(c + ENTRY, s31, scale, mode);
}

/** Two rows of A by two rows of B. */
// @ts-ignore: decorator
@inline
function tile22(
  a: usize, aRow: usize, b: usize, bRow: usize, c: usize, cRow: usize,
  from: usize, to: usize, scale: v128, mode: i32,
): void {
  let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00;
  let p = a + from, q = b + from;
  const end = b + to;
  for (; q < end; q += ENTRY) {
    const x = v128.load(q), y = v128.load(q + bRow);
    const top = v128.load(p), low = v128.load(p + aRow);
    s00 = f64x2.add(s00, f64x2.mul(top, x));
    s01 = f64x2.add(s01, f64x2.mul(top, y));
    s10 = f64x2.add(s10, f64x2.mul(low, x));
    s11 = f64x2.add(s11, f64x2.mul(low, y));
    p += ENTRY;
  }
  put(c, s00, scale, mode);
  put(c + ENTRY, s01, scale, mode);
  put(c + cRow, s10, scale, mode);
  put(c + cRow + ENTRY, s11, scale, mode);
}

/** One entry. */
// @ts-ignore: decorator
@inline
function tile11(a: usize, b: usize, c: usize, from: usize, to: usize, scale: v128, mode: i32): void {
  let sum = f64x2.splat(0);
  let p = a + from, q = b + from;
  const end = b + to;
  for (; q < end; q += ENTRY) {
    sum = f64x2.add(sum, f64x2.mul(v128.load(p), v128.load(q)));
    p += ENTRY;
  }
  put(c, sum, scale, mode);
}

// @ts-ignore: decorator
@inline
function product(
  A: usize, aRow: usize, B: usize, bRow: usize, C: usize, cRow: usize,
  rows: i32, columns: i32, inner: i32, shape: i32, scale: v128, firstMode: i32,
): void {
  for (let k0 = 0; k0 < inner || k0 == 0; k0 += K_BLOCK) {
    const k1 = min(inner, k0 + K_BLOCK);
    const mode = k0 == 0 ? firstMode : ADD;
    for (let j0 = 0; j0 < columns; j0 += J_BLOCK) {
      const j1 = min(columns, j0 + J_BLOCK);
      for (let i = 0; i < rows; ) {
        const height = rows - i >= 4 ? 4 : rows - i >= 2 ? 2 : 1;
        const a = A + <usize>i * aRow;
        const c = C + <usize>i * cRow;
        const kOfA = shape & A_LOWER ? min(k1, i + height) : k1;
        const jEnd = shape & C_LOWER ? min(j1, i + height) : j1;
        let j = j0;
        for (; j < jEnd; ) {
          const wide = jEnd - j >= 2 && height > 1;
          const width = wide ? 2 : 1;
          const kEnd = shape & B_LOWER ? min(kOfA, j + width) : kOfA;
          let kStart = k0;
          if (shape & A_UPPER) kStart = max(kStart, i);
          if (shape & B_UPPER) kStart = max(kStart, j);
          const from = <usize>kStart * ENTRY, to = <usize>max(kStart, kEnd) * ENTRY;
          const b = B + <usize>j * bRow;
          const at = c + <usize>j * ENTRY;
          // A block of k in which the factors are zero changes nothing.
          if (mode == STORE || kEnd > kStart) {
            if (height == 4 && wide) {
              if (mode == STORE) tile42(a, aRow, b, bRow, at, cRow, from, to, scale, STORE);
              else tile42(a, aRow, b, bRow, at, cRow, from, to, scale, ADD);
            } else if (height == 2 && wide) {
              if (mode == STORE) tile22(a, aRow, b, bRow, at, cRow, from, to, scale, STORE);
              else tile22(a, aRow, b, bRow, at, cRow, from, to, scale, ADD);
            } else {
              for (let r = 0; r < height; r++) {
                const row = a + <usize>r * aRow, entry = at + <usize>r * cRow;
                if (mode == STORE) tile11(row, b, entry, from, to, scale, STORE);
                else tile11(row, b, entry, from, to, scale, ADD);
              }
            }
          }
          j += width;
        }
        i += height;
      }
    }
  }
}

/** C = scale · A Bᵀ for A `[rows, inner]`, B `[columns, inner]`, of the given shape. */
export function multiply(
  A: usize, aRow: usize, B: usize, bRow: usize, C: usize, cRow: usize,
  rows: i32, columns: i32, inner: i32, shape: i32, scale: f64,
): void {
  product(A, aRow, B, bRow, C, cRow, rows, columns, inner, shape, f64x2.splat(scale), STORE);
}

/** C += scale · A Bᵀ. */
export function addProduct(
  A: usize, aRow: usize, B: usize, bRow: usize, C: usize, cRow: usize,
  rows: i32, columns: i32, inner: i32, shape: i32, scale: f64,
): void {
  product(A, aRow, B, bRow, C, cRow, rows, columns, inner, shape, f64x2.splat(scale), ADD);
}

/**
 * C = scale·P + bending·|P|, P = A Bᵀ with a lower triangular B: the pre-activations of a hidden layer and
 * their ReLU in one.
 */
export function multiplyBent(
  A: usize, aRow: usize, B: usize, bRow: usize, C: usize, cRow: usize,
  rows: i32, columns: i32, scale: f64, bending: f64,
): void {
  const factor = f64x2.splat(scale);
  bend = f64x2.splat(bending);
  for (let i = 0; i < rows; ) {
    const height = rows - i >= 4 ? 4 : 1;
    const a = A + <usize>i * aRow;
    const c = C + <usize>i * cRow;
    for (let j = 0; j < columns; ) {
      const width = columns - j >= 2 && height == 4 ? 2 : 1;
      const to = <usize>(j + width) * ENTRY;
      const b = B + <usize>j * bRow, at = c + <usize>j * ENTRY;
      if (width == 2) tile42(a, aRow, b, bRow, at, cRow, 0, to, factor, BEND);
      else {
        for (let r = 0; r < height; r++) {
          tile11(a + <usize>r * aRow, b, at + <usize>r * cRow, 0, to, factor, BEND);
        }
      }
      j += width;
    }
    i += height;
  }
}

/** Four columns of U by two. */
// @ts-ignore: decorator
@inline
function gram42(u: usize, v: usize, uRow: usize, rows: i32, c: usize, cRow: usize): void {
  let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00;
  let s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  for (let k = 0; k < rows; k++) {
    const x = v128.load(v), y = v128.load(v, 16);
    let a = v128.load(u);
    s00 = f64x2.add(s00, f64x2.mul(a, x));
    s01 = f64x2.add(s01, f64x2.mul(a, y));
    a = v128.load(u, 16);
    s10 = f64x2.add(s10, f64x2.mul(a, x));
    s11 = f64x2.add(s11, f64x2.mul(a, y));
    a = v128.load(u, 32);
    s20 = f64x2.add(s20, f64x2.mul(a, x));
    s21 = f64x2.add(s21, f64x2.mul(a, y));
    a = v128.load(u, 48);
    s30 = f64x2.add(s30, f64x2.mul(a, x));
    s31 = f64x2.add(s31, f64x2.mul(a, y));
    u += uRow;
    v += uRow;
  }
  addTo(c, s00, s01);
  addTo(c + cRow, s10, s11);
  addTo(c + 2 * cRow, s20, s21);
  addTo(c + 3 * cRow, s30, s31);
}

// @ts-ignore: decorator
@inline
function addTo(c: usize, x: v128, y: v128): void {
  v128.store(c, f64x2.add(v128.load(c), x));
  v128.store(c, f64x2.add(v128.load(c, 16), y), 16);
}

/** C_ab += Σ_k U_ka U_kb for U `[rows, columns]`, b ≤ a; a few other entries may be written too. */
export function addColumnGram(
  U: usize, uRow: usize, rows: i32, columns: i32, C: usize, cRow: usize,
): void {
  let a = 0;
  for (; a + 3 < columns; a += 4) {
    const u = U + <usize>a * ENTRY, c = C + <usize>a * cRow;
    for (let b = 0; b < a + 4; b += 2) {
      gram42(u, U + <usize>b * ENTRY, uRow, rows, c + <usize>b * ENTRY, cRow);
    }
  }
  for (; a < columns; a++) {
    for (let b = 0; b <= a; b++) {
      let u = U + <usize>a * ENTRY, v = U + <usize>b * ENTRY;
      let sum = f64x2.splat(0);
      for (let k = 0; k < rows; k++) {
        sum = f64x2.add(sum, f64x2.mul(v128.load(u), v128.load(v)));
        u += uRow;
        v += uRow;
      }
      const entry = C + <usize>a * cRow + <usize>b * ENTRY;
      v128.store(entry, f64x2.add(v128.load(entry), sum));
    }
  }
}
