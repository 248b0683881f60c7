/** The drift of shaped attention, as `model/attention-drift.ts` defines it, for one half. */
import { allocate } from './memory';
import { at, ENTRY, halfBytes, m, rowBytes } from './layout';
import { B, CAUSAL, FULL, inverseCount, kind, sumOfColumns, sumOverKeys } from './mask';
import { A_LOWER, multiply } from './products';
import { ATTENTION_DRIFT, GAIN1, GAIN2, parameter } from './parameters';

let S: usize = 0;
let R: usize = 0;
let T: usize = 0;
let Q: usize = 0;
let W: usize = 0;
let F: usize = 0;

/** Makes room. */
export function setUpAttentionDrift(): boolean {
  S = allocate(halfBytes);
  R = allocate(halfBytes);
  T = allocate(halfBytes);
  Q = allocate(halfBytes);
  W = allocate(halfBytes);
  F = allocate(halfBytes);
  return F != 0;
}

/** Writes the drift at a half's V into the lower triangle of D. */
export function attentionDrift(V: usize, D: usize): void {
  if (kind == FULL) fullDrift(V, D);
  else maskedDrift(V, D);
  if (parameter(GAIN1) != 0 || parameter(GAIN2) != 0) addGainDrift(V, D);
}

/** O(m²): with a full mask all sums over keys are row sums. */
function fullDrift(V: usize, D: usize): void {
  const zero = f64x2.splat(0);
  const size = f64x2.splat(<f64>m);
  const stride = rowBytes, width = <usize>m * ENTRY;
  let total = zero, trace = zero, squares = zero, squaredSums = zero;
  let row = V;
  for (let a: usize = 0; a < width; a += ENTRY) {
    let sum = zero;
    for (let b: usize = 0; b < width; b += ENTRY) {
      const x = v128.load(row + b);
      sum = f64x2.add(sum, x);
      squares = f64x2.add(squares, f64x2.mul(x, x));
    }
    const variance = v128.load(row + a);
    v128.store(S + a, sum);
    v128.store(R + a, variance);
    total = f64x2.add(total, sum);
    squaredSums = f64x2.add(squaredSums, f64x2.mul(sum, sum));
    trace = f64x2.add(trace, variance);
    row += stride;
  }
  const scale = f64x2.splat(parameter(ATTENTION_DRIFT));
  const inverse = f64x2.splat(1.0 / <f64>m);
  const mean = f64x2.mul(f64x2.mul(total, inverse), inverse);
  // tr(V C) = Σ V² − (2/m) Σ s² + (Σ s)²/m².
  const twice = f64x2.add(inverse, inverse);
  const K = f64x2.add(f64x2.sub(squares, f64x2.mul(twice, squaredSums)), f64x2.mul(total, mean));
  const factor = f64x2.mul(scale, f64x2.mul(f64x2.mul(K, inverse), inverse));
  const shift = f64x2.sub(f64x2.add(mean, mean), f64x2.mul(trace, inverse));
  for (let j: usize = 0; j < width; j += ENTRY) {
    const centred = f64x2.sub(v128.load(R + j), f64x2.mul(twice, v128.load(S + j)));
    v128.store(W + j, f64x2.add(centred, shift));
  }
  const half = f64x2.mul(f64x2.mul(scale, f64x2.splat(0.5)), inverse);
  row = V;
  for (let b: usize = 0; b < width; b += ENTRY) {
    let sum = zero;
    for (let j: usize = 0; j < width; j += ENTRY) {
      sum = f64x2.add(sum, f64x2.mul(v128.load(W + j), v128.load(row + j)));
    }
    v128.store(F + b, f64x2.mul(half, sum));
    row += stride;
  }
  row = V;
  for (let a: usize = 0; a < width; a += ENTRY) {
    const variance = v128.load(R + a), pulled = v128.load(F + a);
    for (let b: usize = 0; b <= a; b += ENTRY) {
      const own = f64x2.mul(factor, v128.load(row + b));
      const pull = f64x2.add(
        f64x2.mul(variance, v128.load(F + b)),
        f64x2.mul(v128.load(R + b), pulled),
      );
      v128.store(D + b, f64x2.add(own, pull));
    }
    row += stride;
    D += stride;
  }
}

function maskedDrift(V: usize, D: usize): void {
  const two = f64x2.splat(2);
  // S here is B V, the transpose of the page's.
  sumOverKeys(V, S);
  square(S, W);
  sumOfColumns(W, R);
  sumOfColumns(S, T);
  square(V, W);
  sumOverKeys(W, F);
  sumOfColumns(F, Q);
  for (let a = 0; a < m; a++) {
    const inverse = inverseCount(a);
    let allowed = f64x2.splat(0);
    for (let j = 0; j < m; j++) {
      allowed = f64x2.add(allowed, f64x2.mul(v128.load(at(B, a, j)), v128.load(at(V, j, j))));
    }
    const spread = f64x2.mul(f64x2.mul(two, v128.load(at(T, a, a))), f64x2.mul(inverse, inverse));
    const shift = f64x2.sub(spread, f64x2.mul(allowed, inverse));
    const twice = f64x2.mul(two, inverse);
    for (let j = 0; j < m; j++) {
      const centred = f64x2.sub(v128.load(at(V, j, j)), f64x2.mul(v128.load(at(S, a, j)), twice));
      v128.store(at(W, a, j), f64x2.mul(v128.load(at(B, a, j)), f64x2.add(centred, shift)));
    }
  }
  multiply(W, rowBytes, V, rowBytes, F, rowBytes, m, m, m, kind == CAUSAL ? A_LOWER : 0, 0.5);
  const scale = f64x2.splat(parameter(ATTENTION_DRIFT));
  for (let a = 0; a < m; a++) {
    const inverseA = inverseCount(a);
    const halfA = f64x2.mul(v128.load(at(V, a, a)), inverseA);
    for (let b = 0; b <= a; b++) {
      const inverseB = inverseCount(b);
      const pair = f64x2.mul(inverseA, inverseB);
      const t = v128.load(at(T, a, b));
      // R holds the page's transposed.
      const crossed = f64x2.add(
        f64x2.mul(v128.load(at(R, b, a)), inverseB),
        f64x2.mul(v128.load(at(R, a, b)), inverseA),
      );
      const K = f64x2.add(
        f64x2.sub(v128.load(at(Q, a, b)), crossed),
        f64x2.mul(f64x2.mul(t, t), pair),
      );
      const halfB = f64x2.mul(v128.load(at(V, b, b)), inverseB);
      const pull = f64x2.add(
        f64x2.mul(halfA, v128.load(at(F, a, b))),
        f64x2.mul(halfB, v128.load(at(F, b, a))),
      );
      const own = f64x2.mul(v128.load(at(V, a, b)), f64x2.mul(K, pair));
      v128.store(at(D, a, b), f64x2.mul(scale, f64x2.add(own, pull)));
    }
  }
}

/** γ²[2aV − b(C̄V + VC̄ᵀ)], C̄ = diag(1/c) B. */
function addGainDrift(V: usize, D: usize): void {
  const first = f64x2.splat(parameter(GAIN1));
  const second = f64x2.splat(parameter(GAIN2));
  sumOverKeys(V, S);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      const centre = f64x2.add(
        f64x2.mul(inverseCount(a), v128.load(at(S, a, b))),
        f64x2.mul(inverseCount(b), v128.load(at(S, b, a))),
      );
      const gain = f64x2.sub(
        f64x2.mul(first, v128.load(at(V, a, b))),
        f64x2.mul(second, centre),
      );
      const entry = at(D, a, b);
      v128.store(entry, f64x2.add(v128.load(entry), gain));
    }
  }
}

function square(X: usize, out: usize): void {
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < m; b++) {
      const x = v128.load(at(X, a, b));
      v128.store(at(out, a, b), f64x2.mul(x, x));
    }
  }
}
