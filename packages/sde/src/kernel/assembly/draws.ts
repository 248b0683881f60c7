/** Normals and χ² variates of a tile's four streams, the same numbers as `Stream` of `@shaped/random`. */
import { exp, log } from './elementary';
import { advance, here, moreWord, openMore, position, ready, WORD } from './words';

const STRIPS: i32 = 512;
const TAIL: f64 = 3.8520461503683912;

/** Width and edge of every strip, as `ZIGGURAT`; the host writes it here. */
export const TABLE: usize = memory.data(8192, 16);
/** The same with widths in units of 2^-22. */
const TABLE32: usize = memory.data(8192, 16);
/** Lower borders of the strips, as `ZIGGURAT_HEIGHTS`. */
export const HEIGHTS: usize = memory.data(4104, 16);

/** Derives what is derived from the tables that the host wrote. */
export function finishTables(): void {
  for (let i: usize = 0; i < 8192; i += 16) {
    store<f64>(TABLE32 + i, load<f64>(TABLE + i) / 4194304.0);
    store<f64>(TABLE32 + i, load<f64>(TABLE + i, 8), 8);
  }
}

const SIGN_SHIFT: i32 = 54;

/** The pair (width, edge) of the strip that a draw's lane fell on. */
// @ts-ignore: decorator
@inline
function entryOf(table: usize, strip: u32): v128 {
  return v128.load(table + <usize>((strip & <u32>(STRIPS - 1)) << 4));
}

// @ts-ignore: decorator
@inline
function signOf(draw: v128): v128 {
  return i64x2.shl(v128.and(draw, i64x2.splat(STRIPS)), SIGN_SHIFT);
}

/** Normals of two paths (`path`, `path` + 1) from their 64-bit draws at word `draw`. */
// @ts-ignore: decorator
@inline
function normalOf(bits: v128, path: i32, draw: u32): v128 {
  const fraction = v128.or(i64x2.shr_u(bits, 12), i64x2.splat(0x3ff0000000000000));
  const place = f64x2.sub(fraction, f64x2.splat(0.99999999999999988898));
  const first = entryOf(TABLE, <u32>i64x2.extract_lane(bits, 0));
  const second = entryOf(TABLE, <u32>i64x2.extract_lane(bits, 1));
  let x = f64x2.mul(place, v128.shuffle<i64>(first, second, 0, 2));
  const inside = f64x2.lt(x, v128.shuffle<i64>(first, second, 1, 3));
  if (!i64x2.all_true(inside)) x = settle(x, inside, bits, path, draw);
  return v128.or(x, signOf(bits));
}

/** Normals of two paths from a 32-bit word each, in the low halves of `bits`. */
// @ts-ignore: decorator
@inline
function normalOf32(word: v128, bits: v128, path: i32, draw: u32): v128 {
  const place = f64x2.add(
    f64x2.convert_low_i32x4_s(i32x4.shr_u(word, 10)),
    f64x2.splat(0.5),
  );
  const first = entryOf(TABLE32, <u32>i64x2.extract_lane(bits, 0));
  const second = entryOf(TABLE32, <u32>i64x2.extract_lane(bits, 1));
  let x = f64x2.mul(place, v128.shuffle<i64>(first, second, 0, 2));
  const inside = f64x2.lt(x, v128.shuffle<i64>(first, second, 1, 3));
  if (!i64x2.all_true(inside)) x = settle(x, inside, bits, path, draw);
  return v128.or(x, signOf(bits));
}

/** Settles the lanes whose draw fell beyond its strip's edge. */
function settle(x: v128, inside: v128, bits: v128, path: i32, draw: u32): v128 {
  if (i64x2.extract_lane(inside, 0) == 0) {
    openMore(path, draw);
    const strip = <i32>i64x2.extract_lane(bits, 0) & (STRIPS - 1);
    x = f64x2.replace_lane(x, 0, beyondEdge(strip, f64x2.extract_lane(x, 0)));
  }
  if (i64x2.extract_lane(inside, 1) == 0) {
    openMore(path + 1, draw);
    const strip = <i32>i64x2.extract_lane(bits, 1) & (STRIPS - 1);
    x = f64x2.replace_lane(x, 1, beyondEdge(strip, f64x2.extract_lane(x, 1)));
  }
  return x;
}

function moreUniform(): f64 {
  const first = moreWord();
  return (<f64>(first >>> 5) * 67108864.0 + <f64>(moreWord() >>> 6) + 0.5) * 1.1102230246251565e-16;
}

function density(x: f64): f64 {
  return exp((-x * x) / 2.0);
}

function placeOf(low: u32, high: u32): f64 {
  return (<f64>high * 1048576.0 + <f64>(low >>> 12) + 0.5) * 2.220446049250313e-16;
}

function beyondEdge(strip: i32, x: f64): f64 {
  while (true) {
    if (strip == 0) return tail();
    const border = HEIGHTS + (<usize>strip << 3);
    const low = load<f64>(border);
    const height = low + moreUniform() * (load<f64>(border, 8) - low);
    if (height < density(x)) return x;
    const draw = moreWord();
    strip = draw & (STRIPS - 1);
    const entry = TABLE + (<usize>strip << 4);
    x = placeOf(draw, moreWord()) * load<f64>(entry);
    if (x < load<f64>(entry, 8)) return x;
  }
}

function tail(): f64 {
  while (true) {
    const beyond = -log(moreUniform()) / TAIL;
    const bound = -log(moreUniform());
    if (bound + bound > beyond * beyond) return TAIL + beyond;
  }
}

/** A normal from the words of the open sub-stream. */
function moreNormal(): f64 {
  const draw = moreWord();
  const strip = <i32>draw & (STRIPS - 1);
  const entry = TABLE + (<usize>strip << 4);
  let x = placeOf(draw, moreWord()) * load<f64>(entry);
  if (!(x < load<f64>(entry, 8))) x = beyondEdge(strip, x);
  return draw & STRIPS ? -x : x;
}

// @ts-ignore: decorator
@inline
function pairLow(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 4, 1, 5);
}

// @ts-ignore: decorator
@inline
function pairHigh(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 2, 6, 3, 7);
}

/**
 * Draws `count` normals, two words each, of every path; writes those of paths 0 and 1 from `out` on,
 * `stride` bytes apart, and those of paths 2 and 3 `other` bytes further.
 */
export function normals(count: i32, out: usize, other: usize, stride: usize): void {
  while (count > 0) {
    const taken = min(count, <i32>(ready() >>> 1));
    const from = position;
    let words = here();
    for (let i = 0; i < taken; i++) {
      const low = v128.load(words), high = v128.load(words, 16);
      const draw = from + <u32>(2 * i);
      v128.store(out, normalOf(pairLow(low, high), 0, draw));
      v128.store(out + other, normalOf(pairHigh(low, high), 2, draw));
      words += 2 * WORD;
      out += stride;
    }
    advance(<u32>(2 * taken));
    count -= taken;
  }
}

/**
 * Draws `rows` × `columns` normals of one word each, row by row, of every path, and writes entry (i, j)
 * of paths 0 and 1 to `out + i rowStride + j columnStride`, that of paths 2 and 3 `other` bytes further.
 * Goes on where the streams stand: {@link alignToBlock} before the first such draws and after the last.
 */
export function normals32(
  rows: i32, columns: i32, out: usize, other: usize, rowStride: usize, columnStride: usize,
): void {
  const zero = i32x4.splat(0);
  let column = 0, row = 0;
  let at = out;
  while (row < rows) {
    const left = (rows - row) * columns - column;
    const taken = min(left, <i32>ready());
    const from = position;
    let words = here();
    for (let i = 0; i < taken; i++) {
      const word = v128.load(words);
      const draw = from + <u32>i;
      v128.store(at, normalOf32(word, pairLow(word, zero), 0, draw));
      const upper = v128.shuffle<i64>(word, word, 1, 1);
      v128.store(at + other, normalOf32(upper, pairLow(upper, zero), 2, draw));
      words += WORD;
      at += columnStride;
      if (++column == columns) {
        column = 0;
        row++;
        at = out + <usize>row * rowStride;
      }
    }
    advance(<u32>taken);
  }
}

/** Draws a χ² variate with `df` degrees of freedom of every path; writes its square root. */
export function chi(df: f64, out: usize, other: usize): void {
  const shape = df / 2.0;
  const boosted = shape < 1.0;
  ready();
  let words = here();
  let low = v128.load(words), high = v128.load(words, 16);
  const x0 = normalOf(pairLow(low, high), 0, position);
  const x1 = normalOf(pairHigh(low, high), 2, position);
  advance(2);
  ready();
  words = here();
  low = v128.load(words);
  high = v128.load(words, 16);
  const gammaShape = boosted ? shape + 1.0 : shape;
  let g0 = gamma(gammaShape, x0, low, high, 0);
  let g1 = gamma(
    gammaShape, x1, v128.shuffle<i64>(low, low, 1, 1), v128.shuffle<i64>(high, high, 1, 1), 2,
  );
  advance(2);
  if (boosted) {
    ready();
    words = here();
    low = v128.load(words);
    high = v128.load(words, 16);
    g0 = f64x2.mul(g0, powers(low, high, shape));
    g1 = f64x2.mul(
      g1,
      powers(v128.shuffle<i64>(low, low, 1, 1), v128.shuffle<i64>(high, high, 1, 1), shape),
    );
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
  if (!i64x2.all_true(accepted)) {
    if (i64x2.extract_lane(accepted, 0) == 0) {
      const g = carefulGamma(d, c, f64x2.extract_lane(x, 0), f64x2.extract_lane(u, 0), path);
      result = f64x2.replace_lane(result, 0, g);
    }
    if (i64x2.extract_lane(accepted, 1) == 0) {
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
