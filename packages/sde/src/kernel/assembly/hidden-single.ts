/**
 * The hidden layer of ReLUs in single precision: four paths a vector in place of two, for those who
 * trade the last digits of a layer, 1e-7 of V, for a fifth of its time. Sums of {@link UNITS} products
 * are passed on to double precision.
 */
import { normalsSingle } from './normals32';
import { allocate } from './memory';
import { at, ENTRY, halfBytes, m } from './layout';
import { HALF_SLOPE, MEAN_SLOPE, parameter } from './parameters';

/** Hidden units worked on at once. */
const UNITS: i32 = 32;

/** Gaussians and activations `[UNITS, m]`, and the factor L `[m, m]`, an entry four floats. */
let G: usize = 0;
let U: usize = 0;
let L: usize = 0;
let row: usize = 0;

/** Makes room. */
export function setUpSingleHidden(): boolean {
  // An odd number of entries: rows a power of two apart would share cache sets.
  row = <usize>(m | 1) * ENTRY;
  G = allocate(<usize>UNITS * row);
  U = allocate(<usize>UNITS * row);
  L = allocate(<usize>m * row);
  return L != 0;
}

/** Adds Σ φφᵀ of `width` units to the lower triangles of both halves of P, φ = σ(L g). */
export function addSingleGram(factor: usize, P: usize, width: i32): void {
  narrowFactor(factor);
  for (let from = 0; from < width; from += UNITS) {
    const units = min(UNITS, width - from);
    normalsSingle(units, m, G, row);
    activate(units);
    addGram(units, P);
  }
}

/** L in single precision from its two halves. */
function narrowFactor(factor: usize): void {
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      const first = at(factor, a, b);
      const front = f32x4.demote_f64x2_zero(v128.load(first));
      const back = f32x4.demote_f64x2_zero(v128.load(first + halfBytes));
      v128.store(L + <usize>a * row + <usize>b * ENTRY, v128.shuffle<i64>(front, back, 0, 2));
    }
  }
}

// @ts-ignore: decorator
@inline
function bent(u: v128, mean: v128, half: v128): v128 {
  const size = v128.andnot(u, f32x4.splat(-0.0));
  return f32x4.add(f32x4.mul(mean, u), f32x4.mul(half, size));
}

/** U = σ(G Lᵀ), four units by two tokens at a time. */
function activate(units: i32): void {
  const mean = f32x4.splat(<f32>parameter(MEAN_SLOPE));
  const half = f32x4.splat(<f32>parameter(HALF_SLOPE));
  const stride = row;
  // Rows beyond the last unit are worked on too; nobody reads them.
  for (let k = 0; k < units; k += 4) {
    const g = G + <usize>k * stride, u = U + <usize>k * stride;
    let a = 0;
    for (; a + 1 < m; a += 2) {
      const l = L + <usize>a * stride;
      let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00;
      let s20 = s00, s21 = s00, s30 = s00, s31 = s00;
      const end = <usize>a * ENTRY;
      for (let j: usize = 0; j <= end; j += ENTRY) {
        const x = v128.load(l + j), y = v128.load(l + stride + j);
        let z = v128.load(g + j);
        s00 = f32x4.add(s00, f32x4.mul(z, x));
        s01 = f32x4.add(s01, f32x4.mul(z, y));
        z = v128.load(g + stride + j);
        s10 = f32x4.add(s10, f32x4.mul(z, x));
        s11 = f32x4.add(s11, f32x4.mul(z, y));
        z = v128.load(g + 2 * stride + j);
        s20 = f32x4.add(s20, f32x4.mul(z, x));
        s21 = f32x4.add(s21, f32x4.mul(z, y));
        z = v128.load(g + 3 * stride + j);
        s30 = f32x4.add(s30, f32x4.mul(z, x));
        s31 = f32x4.add(s31, f32x4.mul(z, y));
      }
      // The second token's own Gaussian.
      const own = v128.load(l + stride + end, 16);
      s01 = f32x4.add(s01, f32x4.mul(v128.load(g + end, 16), own));
      s11 = f32x4.add(s11, f32x4.mul(v128.load(g + stride + end, 16), own));
      s21 = f32x4.add(s21, f32x4.mul(v128.load(g + 2 * stride + end, 16), own));
      s31 = f32x4.add(s31, f32x4.mul(v128.load(g + 3 * stride + end, 16), own));
      v128.store(u + end, bent(s00, mean, half));
      v128.store(u + end, bent(s01, mean, half), 16);
      v128.store(u + stride + end, bent(s10, mean, half));
      v128.store(u + stride + end, bent(s11, mean, half), 16);
      v128.store(u + 2 * stride + end, bent(s20, mean, half));
      v128.store(u + 2 * stride + end, bent(s21, mean, half), 16);
      v128.store(u + 3 * stride + end, bent(s30, mean, half));
      v128.store(u + 3 * stride + end, bent(s31, mean, half), 16);
    }
    if (a < m) {
      const l = L + <usize>a * stride;
      for (let r: usize = 0; r < 4; r++) {
        let sum = f32x4.splat(0);
        for (let j: usize = 0; j <= <usize>a * ENTRY; j += ENTRY) {
          sum = f32x4.add(sum, f32x4.mul(v128.load(g + r * stride + j), v128.load(l + j)));
        }
        v128.store(u + r * stride + <usize>a * ENTRY, bent(sum, mean, half));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function add(entry: usize, sum: v128): void {
  v128.store(entry, f64x2.add(v128.load(entry), f64x2.promote_low_f32x4(sum)));
  const back = v128.shuffle<i64>(sum, sum, 1, 1);
  const other = entry + halfBytes;
  v128.store(other, f64x2.add(v128.load(other), f64x2.promote_low_f32x4(back)));
}

/** P_ab += Σ_k U_ka U_kb, b ≤ a, two by two. */
function addGram(units: i32, P: usize): void {
  const stride = row;
  let a = 0;
  for (; a + 1 < m; a += 2) {
    const u = U + <usize>a * ENTRY;
    for (let b = 0; b <= a; b += 2) {
      let p = u, q = U + <usize>b * ENTRY;
      let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00;
      for (let k = 0; k < units; k++) {
        const x = v128.load(q), y = v128.load(q, 16);
        const top = v128.load(p), low = v128.load(p, 16);
        s00 = f32x4.add(s00, f32x4.mul(top, x));
        s01 = f32x4.add(s01, f32x4.mul(top, y));
        s10 = f32x4.add(s10, f32x4.mul(low, x));
        s11 = f32x4.add(s11, f32x4.mul(low, y));
        p += stride;
        q += stride;
      }
      add(at(P, a, b), s00);
      add(at(P, a + 1, b), s10);
      add(at(P, a + 1, b + 1), s11);
      if (b < a) add(at(P, a, b + 1), s01);
    }
  }
  if (a < m) {
    for (let b = 0; b <= a; b++) {
      let p = U + <usize>a * ENTRY, q = U + <usize>b * ENTRY;
      let sum = f32x4.splat(0);
      for (let k = 0; k < units; k++) {
        sum = f32x4.add(sum, f32x4.mul(v128.load(p), v128.load(q)));
        p += stride;
        q += stride;
      }
      add(at(P, a, b), sum);
    }
  }
}
