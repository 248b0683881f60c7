/** The pull of the shaped ReLU on correlations, as `model/mlp-drift.ts` defines it. */
import { allocate } from './memory';
import { ENTRY, halfBytes, m, rowBytes } from './layout';

/**
 * h(t) of `√(1 − ρ²) − ρ arccos ρ = t√t h(t)`, t = 1 − ρ in [0, 1], highest power first: the Chebyshev
 * fit of degree 16, off by at most 5e-17 (`tools/golden/kernel_coefficients.py`).
 */
const H: usize = memory.data<f64>([
  5.1816681111577591e-7, -3.24222421552795e-6, 9.8105568570271152e-6, -1.7968169723438826e-5,
  2.2713628805446336e-5, -1.9667691203010001e-5, 1.4047980264888193e-5, -3.6793230159308195e-6,
  8.9232139786504704e-6, 1.7583617069244856e-5, 5.1230746797090726e-5, 0.00015209729615888319,
  0.00048825745445442483, 0.0017537370001752913, 0.0075761440856348502, 0.047140452079087552,
  0.94280904158206339,
]);
const LAST: usize = H + 16 * 8;

/** 1, the sign, and π: from memory, as what is written out is built anew wherever it is used. */
const CONSTANTS: usize = memory.data<f64>(
  [1, 1, -0.0, -0.0, 3.1415926535897931, 3.1415926535897931], 16,
);

/** Pairs that have room: those of a row, or all of eight tokens. */
const EIGHT: i32 = 28;

/** Correlations of pairs of tokens, and then their pulls, `[2 halves]` each. */
export let pairs: usize = 0;
/** Root and inverse root of every token's variance, `[m][root, inverse][2 halves]`. */
let roots: usize = 0;
const PAIR: usize = 2 * ENTRY;
const ROOTS: usize = 4 * ENTRY;

/** Makes room. */
export function setUpReluPull(): boolean {
  pairs = allocate(<usize>max(EIGHT, m) * PAIR);
  roots = allocate(<usize>m * ROOTS);
  return roots != 0;
}

// @ts-ignore: decorator
@inline
function horner(sum: v128, t: v128, next: v128): v128 {
  return f64x2.add(f64x2.mul(sum, t), next);
}

/**
 * Replaces the first `count` of {@link pairs}, correlations, by `√(1 − ρ²) − ρ arccos ρ`, ρ clipped to
 * [−1, 1]: two pairs at a time, so that four values share a coefficient and none waits for itself.
 */
export function pullPairs(count: i32): void {
  const one = v128.load(CONSTANTS), sign = v128.load(CONSTANTS, 16), pi = v128.load(CONSTANTS, 32);
  const zero = f64x2.splat(0);
  const end = pairs + <usize>count * PAIR;
  for (let at = pairs; at < end; at += 2 * PAIR) {
    unroll: for (let v = 0; v < 4; v++) {
      // Pseudo-minima are one instruction; those that keep NaN take seven.
      let t$v = f64x2.sub(one, f64x2.pmin(v128.andnot(v128.load(at, v * 16), sign), one));
      const u$v = f64x2.mul(t$v, t$v);
    }
    // Even and odd powers apart, a chain each.
    let c = v128.load64_splat(H);
    let e0 = c, e1 = c, e2 = c, e3 = c;
    c = v128.load64_splat(H, 8);
    let o0 = c, o1 = c, o2 = c, o3 = c;
    for (let k = H + 16; k < LAST; k += 16) {
      c = v128.load64_splat(k);
      unroll: for (let v = 0; v < 4; v++) {
        e$v = horner(e$v, u$v, c);
      }
      c = v128.load64_splat(k, 8);
      unroll: for (let v = 0; v < 4; v++) {
        o$v = horner(o$v, u$v, c);
      }
    }
    c = v128.load64_splat(LAST);
    unroll: for (let v = 0; v < 4; v++) {
      e$v = horner(o$v, t$v, horner(e$v, u$v, c));
      e$v = f64x2.mul(e$v, f64x2.mul(t$v, f64x2.sqrt(t$v)));
      // A negative ρ adds π|ρ| to the value at |ρ|.
      t$v = f64x2.mul(pi, f64x2.sub(one, t$v));
      t$v = v128.and(f64x2.lt(v128.load(at, v * 16), zero), t$v);
      v128.store(at, f64x2.add(e$v, t$v), v * 16);
    }
  }
}

/** Adds `scale·(√(1 − ρ²) − ρ arccos ρ)√(V_aa V_bb)` to the lower triangles of a tile's D. */
export function addReluPull(V: usize, D: usize, scale: f64): void {
  takeRoots(V);
  const factor = f64x2.splat(scale);
  const stride = rowBytes, other = halfBytes;
  for (let a = 1; a < m; a++) {
    V += stride;
    D += stride;
    const ofA = roots + <usize>a * ROOTS;
    const inverse0 = v128.load(ofA, 32), inverse1 = v128.load(ofA, 48);
    let v = V, pair = pairs;
    for (let ofB = roots; ofB < ofA; ofB += ROOTS) {
      const rho0 = f64x2.mul(f64x2.mul(v128.load(v), inverse0), v128.load(ofB, 32));
      const rho1 = f64x2.mul(f64x2.mul(v128.load(v + other), inverse1), v128.load(ofB, 48));
      v128.store(pair, rho0);
      v128.store(pair, rho1, 16);
      v += ENTRY;
      pair += PAIR;
    }
    pullPairs(a);
    const root0 = f64x2.mul(factor, v128.load(ofA)), root1 = f64x2.mul(factor, v128.load(ofA, 16));
    let d = D;
    pair = pairs;
    for (let ofB = roots; ofB < ofA; ofB += ROOTS) {
      const pull0 = f64x2.mul(v128.load(pair), f64x2.mul(root0, v128.load(ofB)));
      const pull1 = f64x2.mul(v128.load(pair, 16), f64x2.mul(root1, v128.load(ofB, 16)));
      v128.store(d, f64x2.add(v128.load(d), pull0));
      v128.store(d + other, f64x2.add(v128.load(d + other), pull1));
      d += ENTRY;
      pair += PAIR;
    }
  }
}

/** Writes the roots of a tile's variances and their inverses, 0 where a variance is not positive. */
function takeRoots(V: usize): void {
  const one = v128.load(CONSTANTS), zero = f64x2.splat(0);
  const step = rowBytes + ENTRY, other = halfBytes, end = roots + <usize>m * ROOTS;
  for (let out = roots; out < end; out += ROOTS) {
    const v0 = v128.load(V), v1 = v128.load(V + other);
    const positive0 = f64x2.gt(v0, zero), positive1 = f64x2.gt(v1, zero);
    const root0 = f64x2.sqrt(v0), root1 = f64x2.sqrt(v1);
    v128.store(out, v128.and(root0, positive0));
    v128.store(out, v128.and(root1, positive1), 16);
    v128.store(out, v128.and(f64x2.div(one, root0), positive0), 32);
    v128.store(out, v128.and(f64x2.div(one, root1), positive1), 48);
    V += step;
  }
}
