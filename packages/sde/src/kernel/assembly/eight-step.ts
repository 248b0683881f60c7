/**
 * A step of Euler–Maruyama of eight tokens that all see each other, written out: `euler.ts`, `noise.ts`
 * and `attention-drift.ts` for one half in a third of the instructions.
 */
import { columnGram8, lowerLower8, lowerUpper8, product8 } from './eight-products';
import { allocate } from './memory';
import { pairs } from './relu-pull';
import { setSize } from './state';

/** Scratch of one half. */
let K: usize = 0;
let X: usize = 0;
let Y: usize = 0;
/** Of every token what the drift takes from it, `[8][variance, f]`. */
const TOKENS: usize = memory.data(256, 16);
/** The roots of the variances, `[2 halves][8]`. */
const ROOTS: usize = memory.data(256, 16);

/** Makes room. */
export function setUpEight(): boolean {
  K = allocate(1024);
  X = allocate(1024);
  Y = allocate(1024);
  return Y != 0;
}

/**
 * Writes N, of which N + Nᵀ is the noise `L(linear·S + softmax·(G K + K Gᵀ))Lᵀ` of one half, K = Lᵀ H L,
 * S symmetric with the draws of T below its diagonal and √2 of them on it: N = L Y Lᵀ with what stands
 * between L and Lᵀ below its diagonal, and half of it on it, in Y. Both are cheaper than the whole.
 */
export function noise8(L: usize, T: usize, G: usize, linear: f64, softmax: f64, N: usize): void {
  columnGram8(L, K);
  centre(L);
  product8(G, K, X);
  lowerHalf(T, linear, softmax);
  lowerUpper8(L, Y, X);
  lowerLower8(X, L, N);
}

/** K ← K − l lᵀ/8 for the columns' sums l of L, and its mirror image. */
function centre(L: usize): void {
  const eighth = f64x2.splat(0.125);
  let mean = eighth, value = eighth;
  let l0 = eighth, l1 = eighth, l2 = eighth, l3 = eighth;
  let l4 = eighth, l5 = eighth, l6 = eighth, l7 = eighth;
  unroll: for (let i = 0; i < 8; i++) {
    l$i = v128.load(L, i * 144);
    unroll: for (let k = i + 1; k < 8; k++) {
      l$i = f64x2.add(l$i, v128.load(L, k * 128 + i * 16));
    }
    mean = f64x2.mul(l$i, eighth);
    unroll: for (let j = 0; j < i + 1; j++) {
      value = f64x2.sub(v128.load(K, i * 128 + j * 16), f64x2.mul(mean, l$j));
      v128.store(K, value, i * 128 + j * 16);
      v128.store(K, value, j * 128 + i * 16);
    }
  }
}

/** The lower half of linear·S + softmax·(X + Xᵀ), transposed, into Y, below whose diagonal lie zeroes. */
function lowerHalf(T: usize, linear: f64, softmax: f64): void {
  const off = f64x2.splat(linear), on = f64x2.splat(linear * Math.SQRT1_2);
  const share = f64x2.splat(softmax);
  let value = off;
  unroll: for (let i = 0; i < 8; i++) {
    unroll: for (let j = 0; j < i; j++) {
      value = f64x2.add(v128.load(X, i * 128 + j * 16), v128.load(X, j * 128 + i * 16));
      value = f64x2.add(f64x2.mul(off, v128.load(T, j * 16)), f64x2.mul(share, value));
      v128.store(Y, value, j * 128 + i * 16);
    }
    value = f64x2.mul(share, v128.load(X, i * 144));
    v128.store(Y, f64x2.add(f64x2.mul(on, v128.load(T, i * 16)), value), i * 144);
    T += i * 16 + 16;
  }
}

/** Writes the correlations of half `h` into the {@link pairs} of the ReLU's pull. */
export function correlations8(h: i32, V: usize): void {
  const one = f64x2.splat(1), zero = f64x2.splat(0);
  const roots = ROOTS + (<usize>h << 7), out = pairs + (<usize>h << 4);
  let variance = zero, root = zero, rho = zero;
  let r0 = zero, r1 = zero, r2 = zero, r3 = zero, r4 = zero, r5 = zero, r6 = zero, r7 = zero;
  unroll: for (let a = 0; a < 8; a++) {
    variance = v128.load(V, a * 144);
    root = f64x2.sqrt(variance);
    r$a = v128.and(f64x2.div(one, root), f64x2.gt(variance, zero));
    v128.store(roots, v128.and(root, f64x2.gt(variance, zero)), a * 16);
    unroll: for (let b = 0; b < a; b++) {
      rho = f64x2.mul(f64x2.mul(v128.load(V, a * 128 + b * 16), r$a), r$b);
      v128.store(out, rho, (a * (a - 1) / 2 + b) * 32);
    }
  }
}

/**
 * Writes into `out` V + N + Nᵀ + dt·b of half `h` and tells its size; b is the drift of attention with
 * coefficient `drift`, and of the ReLU, whose pulls stand in {@link pairs}, with `relu`.
 */
export function propose8(
  h: i32, V: usize, N: usize, drift: f64, relu: f64, dt: f64, out: usize,
): void {
  const own = driftOf(V, drift * dt);
  const factor = f64x2.splat(relu * dt), magnitude = f64x2.splat(-0.0);
  const roots = ROOTS + (<usize>h << 7), pulls = pairs + (<usize>h << 4);
  let size = f64x2.splat(0), total = size;
  let value = size, change = size, noise = size, ofA = size, fA = size, rootA = size;
  unroll: for (let a = 0; a < 8; a++) {
    ofA = v128.load(TOKENS, a * 32);
    fA = v128.load(TOKENS, a * 32 + 16);
    rootA = f64x2.mul(factor, v128.load(roots, a * 16));
    unroll: for (let b = 0; b < a + 1; b++) {
      change = f64x2.add(
        f64x2.mul(ofA, v128.load(TOKENS, b * 32 + 16)),
        f64x2.mul(fA, v128.load(TOKENS, b * 32)),
      );
      value = v128.load(V, a * 128 + b * 16);
      change = f64x2.add(change, f64x2.mul(own, value));
      noise = f64x2.add(v128.load(N, a * 128 + b * 16), v128.load(N, b * 128 + a * 16));
      change = f64x2.add(change, noise);
      if (b < a) {
        change = f64x2.add(change, f64x2.mul(
          f64x2.mul(rootA, v128.load(roots, b * 16)),
          v128.load(pulls, (a * (a - 1) / 2 + b) * 32),
        ));
      }
      value = f64x2.add(value, change);
      v128.store(out, value, a * 128 + b * 16);
      v128.store(out, value, b * 128 + a * 16);
      value = v128.andnot(value, magnitude);
      size = f64x2.pmax(size, value);
      total = f64x2.add(total, value);
    }
  }
  // A NaN makes the total one, which all bits set are too.
  setSize(h, v128.or(size, f64x2.ne(total, total)));
}

/**
 * The share of V in its drift, and what stands in {@link TOKENS} for the rest: `own·V_ab + V_aa f_b +
 * f_a V_bb`, as `fullDrift` has it, times `scale`.
 */
function driftOf(V: usize, scale: f64): v128 {
  const eighth = f64x2.splat(0.125), quarter = f64x2.splat(0.25);
  let total = f64x2.splat(0), trace = total, squares = total, squaredSums = total;
  // Of the entries off the diagonal, two sums: one would wait for itself.
  let even = total, odd = total;
  let x = total, sum = total;
  let w0 = total, w1 = total, w2 = total, w3 = total, w4 = total, w5 = total, w6 = total, w7 = total;
  unroll: for (let a = 0; a < 8; a++) {
    x = v128.load(V, a * 144);
    v128.store(TOKENS, x, a * 32);
    trace = f64x2.add(trace, x);
    sum = x;
    squares = f64x2.add(squares, f64x2.mul(x, x));
    w$a = x;
    unroll: for (let b = 0; b < a; b++) {
      x = v128.load(V, a * 128 + b * 16);
      sum = f64x2.add(sum, x);
      if (b % 2 == 0) even = f64x2.add(even, f64x2.mul(x, x));
      else odd = f64x2.add(odd, f64x2.mul(x, x));
    }
    unroll: for (let b = a + 1; b < 8; b++) {
      sum = f64x2.add(sum, v128.load(V, a * 128 + b * 16));
    }
    total = f64x2.add(total, sum);
    squaredSums = f64x2.add(squaredSums, f64x2.mul(sum, sum));
    w$a = f64x2.sub(w$a, f64x2.mul(quarter, sum));
  }
  even = f64x2.add(even, odd);
  squares = f64x2.add(squares, f64x2.add(even, even));
  const mean = f64x2.mul(total, f64x2.splat(0.015625));
  // tr(V C) = Σ V² − (2/m) Σ s² + (Σ s)²/m².
  const K = f64x2.add(f64x2.sub(squares, f64x2.mul(quarter, squaredSums)), f64x2.mul(total, mean));
  const shift = f64x2.sub(f64x2.add(mean, mean), f64x2.mul(trace, eighth));
  const half = f64x2.splat(scale * 0.0625);
  unroll: for (let j = 0; j < 8; j++) {
    w$j = f64x2.add(w$j, shift);
  }
  unroll: for (let a = 0; a < 8; a++) {
    sum = f64x2.mul(w0, v128.load(V, a * 128));
    unroll: for (let j = 1; j < 8; j++) {
      sum = f64x2.add(sum, f64x2.mul(w$j, v128.load(V, a * 128 + j * 16)));
    }
    v128.store(TOKENS, f64x2.mul(half, sum), a * 32 + 16);
  }
  return f64x2.mul(f64x2.splat(scale * 0.015625), K);
}
