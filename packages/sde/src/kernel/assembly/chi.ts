/** χ² variates of a tile's four streams, the same numbers as `Stream` of `@shaped/random`. */
import { exp, log } from './elementary';
import { normals } from './normals';
import { moreNormal, moreUniform } from './rejections';
import { advance, here, openMore, position, ready } from './words';

/** The normals of a variate, two halves. */
const X: usize = memory.data(32, 16);

/** The last two words of a vector in front. */
// @ts-ignore: decorator
@inline
function last(words: v128): v128 {
  return v128.shuffle<i64>(words, words, 1, 1);
}

/** Draws a χ² variate with `df` degrees of freedom of every path; writes its square root. */
export function chi(df: f64, out: usize, other: usize): void {
  const shape = df / 2.0;
  const boosted = shape < 1.0;
  normals(1, X, 16, 0);
  const x0 = v128.load(X), x1 = v128.load(X, 16);
  ready();
  let words = here();
  let low = v128.load(words), high = v128.load(words, 16);
  const gammaShape = boosted ? shape + 1.0 : shape;
  let g0 = gamma(gammaShape, x0, low, high, 0);
  let g1 = gamma(gammaShape, x1, last(low), last(high), 2);
  advance(2);
  if (boosted) {
    ready();
    words = here();
    low = v128.load(words);
    high = v128.load(words, 16);
    g0 = f64x2.mul(g0, powers(low, high, shape));
    g1 = f64x2.mul(g1, powers(last(low), last(high), shape));
    advance(2);
  }
  v128.store(out, f64x2.sqrt(f64x2.mul(f64x2.splat(2), g0)));
  v128.store(out + other, f64x2.sqrt(f64x2.mul(f64x2.splat(2), g1)));
}

// @ts-ignore: decorator
@inline
function uniforms(first: v128, second: v128): v128 {
  const high = f64x2.convert_low_i32x4_u(i32x4.shr_u(first, 5));
  const low = f64x2.convert_low_i32x4_u(i32x4.shr_u(second, 6));
  const sum = f64x2.add(f64x2.add(f64x2.mul(high, f64x2.splat(67108864)), low), f64x2.splat(0.5));
  return f64x2.mul(sum, f64x2.splat(1.1102230246251565e-16));
}

/** Gamma variates of two paths of shape ≥ 1. */
function gamma(shape: f64, x: v128, first: v128, second: v128, path: i32): v128 {
  const d = shape - 1.0 / 3.0;
  const c = 1.0 / Math.sqrt(9.0 * d);
  const root = f64x2.add(f64x2.splat(1), f64x2.mul(f64x2.splat(c), x));
  const v = f64x2.mul(f64x2.mul(root, root), root);
  const x2 = f64x2.mul(x, x);
  const u = uniforms(first, second);
  const squeeze = f64x2.sub(
    f64x2.splat(1),
    f64x2.mul(f64x2.mul(f64x2.splat(0.0331), x2), x2),
  );
  const accepted = v128.and(f64x2.lt(u, squeeze), f64x2.gt(root, f64x2.splat(0)));
  let result = f64x2.mul(f64x2.splat(d), v);
  const held = i64x2.bitmask(accepted);
  if (held != 3) {
    if ((held & 1) == 0) {
      const g = carefulGamma(d, c, f64x2.extract_lane(x, 0), f64x2.extract_lane(u, 0), path);
      result = f64x2.replace_lane(result, 0, g);
    }
    if ((held & 2) == 0) {
      const g = carefulGamma(d, c, f64x2.extract_lane(x, 1), f64x2.extract_lane(u, 1), path + 1);
      result = f64x2.replace_lane(result, 1, g);
    }
  }
  return result;
}

function carefulGamma(d: f64, c: f64, x: f64, u: f64, path: i32): f64 {
  let opened = false;
  while (true) {
    const root = 1.0 + c * x;
    if (root > 0.0) {
      const v = root * root * root;
      const x2 = x * x;
      if (u < 1.0 - 0.0331 * x2 * x2 || log(u) < 0.5 * x2 + d - d * v + d * log(v)) return d * v;
    }
    if (!opened) openMore(path, position);
    opened = true;
    x = moreNormal();
    u = moreUniform();
  }
}

/** U^{1/shape} of two paths. */
function powers(first: v128, second: v128, shape: f64): v128 {
  const u = uniforms(first, second);
  const a = exp(Math.max(-700.0, log(f64x2.extract_lane(u, 0)) / shape));
  const b = exp(Math.max(-700.0, log(f64x2.extract_lane(u, 1)) / shape));
  return f64x2.replace_lane(f64x2.splat(a), 1, b);
}
