/** The smooth shaped activations `s σ̄(u/s)` of `model/smooth-function.ts`. */
import { exp, expOfNegative } from './elementary';
import { ENTRY, m, rowBytes } from './layout';
import { parameter, SMOOTH_SCALE } from './parameters';

/** The activations of a hidden layer: none of these is a ReLU. */
export const TANH: i32 = 2;
export const GELU: i32 = 3;
export const SILU: i32 = 4;
export const SOFTPLUS: i32 = 5;

/** Replaces the numbers U `[rows, m]` of one half by their activations. */
export function applySmooth(kind: i32, U: usize, rows: i32): void {
  const scale = f64x2.splat(parameter(SMOOTH_SCALE));
  const inverse = f64x2.splat(1.0 / parameter(SMOOTH_SCALE));
  const width = <usize>m * ENTRY;
  for (let r = 0; r < rows; r++) {
    for (let k: usize = 0; k < width; k += ENTRY) {
      const value = sigma(kind, f64x2.mul(inverse, v128.load(U + k)));
      v128.store(U + k, f64x2.mul(scale, value));
    }
    U += rowBytes;
  }
}

/** σ̄ of both lanes. */
// @ts-ignore: decorator
@inline
function sigma(kind: i32, y: v128): v128 {
  if (kind == TANH) return tanh(y);
  if (kind == GELU) return gelu(y);
  return kind == SILU ? silu(y) : softplus(y);
}

/**
 * E[(s σ̄(g/s))²], g standard normal: the normaliser's inverse, here rather than in the host so that it has
 * the same bits everywhere. By the trapezoidal rule, which converges geometrically: the nearest poles, of
 * tanh, are πs/2 off the real axis, so that steps of s/4 leave e^{−4π²}.
 */
export function secondMoment(kind: i32): f64 {
  const s = parameter(SMOOTH_SCALE);
  const step = Math.min(0.0625, s / 4.0);
  let sum: f64 = 0;
  for (let k = 1; <f64>k * step <= REACH; k++) {
    const g = <f64>k * step;
    const value = sigma(kind, f64x2.replace_lane(f64x2.splat(-g / s), 0, g / s));
    const square = f64x2.mul(value, value);
    sum += (f64x2.extract_lane(square, 0) + f64x2.extract_lane(square, 1)) * exp((-g * g) / 2.0);
  }
  return (s * s * step * sum) / Math.sqrt(2.0 * Math.PI);
}

/** Beyond it the normal density is below 1e-42. */
const REACH: f64 = 14;

// @ts-ignore: decorator
@inline
function half(x: v128): v128 {
  return f64x2.mul(f64x2.splat(0.5), x);
}

// @ts-ignore: decorator
@inline
function withSignOf(size: v128, x: v128): v128 {
  return v128.or(size, v128.and(x, f64x2.splat(-0.0)));
}

function tanh(y: v128): v128 {
  const one = f64x2.splat(1);
  const t = expOfNegative(f64x2.mul(f64x2.splat(-2), f64x2.abs(y)));
  return withSignOf(f64x2.div(f64x2.sub(one, t), f64x2.add(one, t)), y);
}

/** y (1 + tanh(y/2)). */
function silu(y: v128): v128 {
  return f64x2.mul(y, f64x2.add(f64x2.splat(1), tanh(half(y))));
}

/** y + 2 log cosh(y/2), as y + |y| + 2 log((1 + e^{−|y|})/2). */
function softplus(y: v128): v128 {
  const size = f64x2.abs(y);
  const t = expOfNegative(f64x2.neg(size));
  const log = logOf(half(f64x2.add(f64x2.splat(1), t)));
  return f64x2.add(f64x2.add(y, size), f64x2.mul(f64x2.splat(2), log));
}

/** ln w for w in [1/2, 1]. */
function logOf(w: v128): v128 {
  const low = f64x2.lt(w, f64x2.splat(Math.SQRT1_2));
  const mantissa = v128.bitselect(f64x2.add(w, w), w, low);
  const f = f64x2.sub(mantissa, f64x2.splat(1));
  const s = f64x2.div(f, f64x2.add(f64x2.splat(2), f));
  const z = f64x2.mul(s, s);
  // atanh(s)/s in s², |s| ≤ 0.172.
  let sum = f64x2.splat(1.0 / 21.0);
  for (let k = 19; k > 0; k -= 2) sum = f64x2.add(f64x2.mul(sum, z), f64x2.splat(1.0 / <f64>k));
  const value = f64x2.mul(f64x2.add(s, s), sum);
  return f64x2.sub(value, v128.and(low, f64x2.splat(Math.LN2)));
}

/**
 * p(u) of `P(Z > z) = e^{−z²/2} p(u)`, u = (z − 4)/(z + 4), lowest power first: the Chebyshev fit of
 * degree 19 on 0 ≤ z ≤ 9, off by at most 2e-18 (`tools/golden/kernel_coefficients.py`).
 */
const TAIL: usize = memory.data<f64>([
  0.094410641301968938, -0.17039772154845544, 0.12437925533926267, -0.071707407337736426,
  0.030864804106378389, -0.008492095482009715, 0.00050756207337734054, 0.00063881384626209042,
  -0.00018718425180051203, -4.5554792989231847e-5, 2.8648341899177865e-5, 4.6307490366886535e-6,
  -4.30488022883461e-6, -8.2746468294178747e-7, 6.7003518967454862e-7, 2.1329909222802685e-7,
  -1.0460005826607105e-7, -8.3612313919677648e-8, -2.2001707195917305e-8, -2.1919219547475698e-9,
]);
const TAIL_DEGREE: i32 = 19;
const TAIL_END: f64 = 9;

/** 2y Φ(y). Beyond 9 the smaller tail is below 1e-18. */
function gelu(y: v128): v128 {
  const z = f64x2.pmin(f64x2.abs(y), f64x2.splat(TAIL_END));
  const four = f64x2.splat(4);
  const u = f64x2.div(f64x2.sub(z, four), f64x2.add(z, four));
  let sum = v128.load64_splat(TAIL + (<usize>TAIL_DEGREE << 3));
  for (let k = TAIL_DEGREE - 1; k >= 0; k--) {
    sum = f64x2.add(f64x2.mul(sum, u), v128.load64_splat(TAIL + (<usize>k << 3)));
  }
  const tail = f64x2.mul(expOfNegative(f64x2.neg(half(f64x2.mul(z, z)))), sum);
  const negative = f64x2.lt(y, f64x2.splat(0));
  const cdf = v128.bitselect(tail, f64x2.sub(f64x2.splat(1), tail), negative);
  return f64x2.mul(f64x2.add(y, y), cdf);
}
