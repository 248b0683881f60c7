/** The noise of the SDE in O(m³), as `model/covariance-noise.ts` defines it. */
import { normals } from './normals';
import { allocate } from './memory';
import { at, ENTRY, halfBytes, m, rowBytes } from './layout';
import { addMatrix, addTranspose, transpose } from './matrix';
import { B, CAUSAL, FULL, inverseCount, kind } from './mask';
import { noise8 } from './eight-step';
import { A_LOWER, A_UPPER, B_LOWER, C_LOWER, multiply } from './products';
import { LINEAR, parameter, SOFTMAX } from './parameters';

/**
 * Draws of a tile: T, row by row of its lower triangle without gaps, and G after it; those of the other
 * half lie `drawnBytes` further.
 */
let T: usize = 0;
let G: usize = 0;
let triangleBytes: usize = 0;
let drawnBytes: usize = 0;
/** Scratch of one half. */
let X: usize = 0;
let Y: usize = 0;
let Z: usize = 0;
let sums: usize = 0;

/** Makes room. */
export function setUpNoise(): boolean {
  triangleBytes = <usize>((m * (m + 1)) >> 1) * ENTRY;
  drawnBytes = triangleBytes + halfBytes;
  T = allocate(2 * drawnBytes);
  G = T + triangleBytes;
  X = allocate(halfBytes);
  Y = allocate(halfBytes);
  Z = allocate(halfBytes);
  sums = allocate(rowBytes);
  return sums != 0;
}

/** Where the draws of a step belong, and their bytes. */
export function drawsAt(): usize { return T; }
export function bytesOfDraws(): usize { return 2 * drawnBytes; }

/** Number of words that one step draws. */
export function wordsOfNoise(): u32 {
  const normals = (m * (m + 1)) / 2 + (parameter(SOFTMAX) == 0 ? 0 : m * m);
  return 2 * <u32>normals;
}

/** Draws what one step needs, in the order of {@link drawsAt}, to `out`. */
export function drawNoise(out: usize): void {
  const triangle = (m * (m + 1)) >> 1;
  if (parameter(SOFTMAX) == 0) return normals(triangle, out, drawnBytes, ENTRY);
  if (rowBytes == <usize>m * ENTRY) return normals(triangle + m * m, out, drawnBytes, ENTRY);
  normals(triangle, out, drawnBytes, ENTRY);
  const square = out + triangleBytes;
  for (let i = 0; i < m; i++) normals(m, at(square, i, 0), drawnBytes, ENTRY);
}

/**
 * The noise of half `h` at V with factor L, times `scale`: a matrix whose lower triangle counts, valid
 * until the next call.
 */
export function halfNoise(h: i32, V: usize, L: usize, scale: f64): usize {
  const first = h == 0 ? T : T + drawnBytes;
  const second = h == 0 ? G : G + drawnBytes;
  const linear = scale * parameter(LINEAR), softmax = scale * parameter(SOFTMAX);
  const masked = softmax != 0 && kind != FULL;
  if (softmax != 0 && !masked) {
    // With a full mask E V = (1/m) L G K Lᵀ, K = Lᵀ H L, and both parts stand between L and Lᵀ.
    innerGram(L, X, Y);
    multiply(second, rowBytes, Y, rowBytes, X, rowBytes, m, m, m, 0, softmax / <f64>m);
    symmetric(first, linear, X, Y);
  } else {
    scaledSymmetric(first, linear, Y);
  }
  multiply(L, rowBytes, Y, rowBytes, X, rowBytes, m, m, m, A_LOWER, 1);
  multiply(X, rowBytes, L, rowBytes, Y, rowBytes, m, m, m, B_LOWER | C_LOWER, 1);
  if (!masked) return Y;
  multiply(L, rowBytes, second, rowBytes, X, rowBytes, m, m, m, A_LOWER, 1);
  multiply(L, rowBytes, X, rowBytes, Z, rowBytes, m, m, m, A_LOWER, 1);
  centreLogits(Z);
  multiply(Z, rowBytes, V, rowBytes, X, rowBytes, m, m, m, kind == CAUSAL ? A_LOWER : 0, softmax);
  addTranspose(X);
  addMatrix(X, Y);
  return Y;
}

/** The same of eight tokens with a full mask: the noise of half `h` into N. */
export function halfNoise8(h: i32, L: usize, scale: f64, N: usize): void {
  const first = h == 0 ? T : T + drawnBytes;
  const second = h == 0 ? G : G + drawnBytes;
  noise8(L, first, second, scale * parameter(LINEAR), scale * parameter(SOFTMAX) * 0.125, N);
}

/** out = factor·S + M + Mᵀ, S symmetric with the draws of `T` below its diagonal and √2 of them on it. */
function symmetric(T: usize, factor: f64, M: usize, out: usize): void {
  const off = f64x2.splat(factor), on = f64x2.splat(factor * Math.SQRT2);
  const stride = rowBytes, width = <usize>m * ENTRY;
  let column: usize = 0, row: usize = 0;
  for (let diagonal: usize = 0; diagonal < width; diagonal += ENTRY) {
    let upper = column;
    for (let entry = row; entry < row + diagonal; entry += ENTRY) {
      const below = f64x2.add(f64x2.mul(off, v128.load(T)), v128.load(M + entry));
      const sum = f64x2.add(below, v128.load(M + upper));
      v128.store(out + entry, sum);
      v128.store(out + upper, sum);
      upper += stride;
      T += ENTRY;
    }
    const own = v128.load(M + upper);
    v128.store(out + upper, f64x2.add(f64x2.mul(on, v128.load(T)), f64x2.add(own, own)));
    T += ENTRY;
    row += stride;
    column += ENTRY;
  }
}

/** out = factor·S. */
function scaledSymmetric(T: usize, factor: f64, out: usize): void {
  const off = f64x2.splat(factor), on = f64x2.splat(factor * Math.SQRT2);
  const stride = rowBytes, width = <usize>m * ENTRY;
  let column = out;
  for (let diagonal: usize = 0; diagonal < width; diagonal += ENTRY) {
    let upper = column;
    for (let b: usize = 0; b < diagonal; b += ENTRY) {
      const value = f64x2.mul(off, v128.load(T));
      v128.store(out + b, value);
      v128.store(upper, value);
      upper += stride;
      T += ENTRY;
    }
    v128.store(upper, f64x2.mul(on, v128.load(T)));
    T += ENTRY;
    out += stride;
    column += ENTRY;
  }
}

/** K = Lᵀ H L, symmetric; `transposed` is left holding Lᵀ. */
function innerGram(L: usize, transposed: usize, K: usize): void {
  const stride = rowBytes, width = <usize>m * ENTRY;
  transpose(L, transposed);
  multiply(
    transposed, rowBytes, transposed, rowBytes, K, rowBytes,
    m, m, m, A_UPPER | C_LOWER, 1,
  );
  const inverse = f64x2.splat(1.0 / <f64>m);
  let row = K, column = K;
  for (let i: usize = 0; i < width; i += ENTRY) {
    let sum = f64x2.splat(0);
    for (let k = i; k < width; k += ENTRY) sum = f64x2.add(sum, v128.load(transposed + k));
    transposed += stride;
    v128.store(sums + i, sum);
    const mean = f64x2.mul(sum, inverse);
    let upper = column;
    for (let j: usize = 0; j <= i; j += ENTRY) {
      const value = f64x2.sub(v128.load(row + j), f64x2.mul(mean, v128.load(sums + j)));
      v128.store(row + j, value);
      v128.store(upper, value);
      upper += stride;
    }
    row += stride;
    column += ENTRY;
  }
}

/** Replaces Z by E_aj = (B_aj/c_a)(Z_aj − (1/c_a) Σ_k B_ak Z_ak). */
function centreLogits(Z: usize): void {
  const width = <usize>m * ENTRY;
  for (let a = 0; a < m; a++) {
    const row = at(Z, a, 0), allowed = at(B, a, 0);
    const inverse = inverseCount(a);
    let sum = f64x2.splat(0);
    for (let k: usize = 0; k < width; k += ENTRY) {
      sum = f64x2.add(sum, f64x2.mul(v128.load(allowed + k), v128.load(row + k)));
    }
    const mean = f64x2.mul(sum, inverse);
    for (let k: usize = 0; k < width; k += ENTRY) {
      const centred = f64x2.sub(v128.load(row + k), mean);
      v128.store(row + k, f64x2.mul(f64x2.mul(v128.load(allowed + k), inverse), centred));
    }
  }
}
