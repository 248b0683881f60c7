/** Normals and χ² variates of a tile's four streams, the same numbers as `Stream` of `@shaped/random`. */
import { exp, log } from './elementary';
import { advance, here, moreWord, openMore, position, ready, WORD } from './words';

/** The ziggurats of `@shaped/random`: `FINE` for 64-bit draws, `COARSE` for those of one word. */
const FINE_STRIPS: i32 = 512;
const FINE_TAIL: f64 = 3.8520461503683912;
const COARSE_STRIPS: i32 = 1024;
const COARSE_TAIL: f64 = 4.038849846109504;

/**
 * The widths of their strips, each the edge of the one before, double and single, and the heights; the
 * host writes them here. As pairs they would fill half of a first-level cache.
 */
export const FINE_TABLE: usize = memory.data(4104, 16);
export const FINE_HEIGHTS: usize = memory.data(4104, 16);
export const COARSE_TABLE: usize = memory.data(4100, 16);
export const COARSE_HEIGHTS: usize = memory.data(8200, 16);

/** From the bit above the strip's to the highest of a word. */
const FINE_SIGN: i32 = 22;
const COARSE_SIGN: i32 = 21;

/** The pair (width, edge) of the strip of a path's 64-bit draw, whose low word lies at `word`. */
// @ts-ignore: decorator
@inline
function fineEntry(word: usize): v128 {
  return v128.load(FINE_TABLE + ((load<u32>(word) & (FINE_STRIPS - 1)) << 3));
}

/** The same of a path's 32-bit draw, in single precision, in the first half. */
// @ts-ignore: decorator
@inline
function coarseEntry(word: usize): v128 {
  return v128.load64_splat(COARSE_TABLE + ((load<u32>(word) & (COARSE_STRIPS - 1)) << 2));
}

/** The signs of two paths, the bits `shift` below the highest of the words in front, as bits 63. */
// @ts-ignore: decorator
@inline
function signsOf(words: v128, shift: i32): v128 {
  const top = v128.and(i32x4.shl(words, shift), i32x4.splat(0x80000000));
  return v128.shuffle<i32>(i32x4.splat(0), top, 0, 4, 1, 5);
}

/**
 * Normals of paths `path` and `path` + 1 from their 64-bit draws at word `draw`: `low` and `high` hold
 * the words of the two paths in front, which lie in memory at `at` and a {@link WORD} further.
 */
// @ts-ignore: decorator
@inline
function normalOf(low: v128, high: v128, at: usize, path: i32, draw: u32): v128 {
  const bits = v128.shuffle<i32>(low, high, 0, 4, 1, 5);
  const fraction = v128.or(i64x2.shr_u(bits, 12), i64x2.splat(0x3ff0000000000000));
  const place = f64x2.sub(fraction, f64x2.splat(0.99999999999999988898));
  const first = fineEntry(at), second = fineEntry(at + 4);
  let x = f64x2.mul(place, v128.shuffle<i64>(first, second, 0, 2));
  const inside = i64x2.bitmask(f64x2.lt(x, v128.shuffle<i64>(first, second, 1, 3)));
  if (inside != 3) x = settle(x, inside, at, path, draw);
  return v128.or(x, signsOf(low, FINE_SIGN));
}

/** Settles the lanes whose 64-bit draw, with low words at `at`, fell beyond its strip's edge. */
function settle(x: v128, inside: i32, at: usize, path: i32, draw: u32): v128 {
  if ((inside & 1) == 0) {
    openMore(path, draw);
    const strip = load<u32>(at) & (FINE_STRIPS - 1);
    x = f64x2.replace_lane(x, 0, beyondFine(strip, f64x2.extract_lane(x, 0)));
  }
  if ((inside & 2) == 0) {
    openMore(path + 1, draw);
    const strip = load<u32>(at, 4) & (FINE_STRIPS - 1);
    x = f64x2.replace_lane(x, 1, beyondFine(strip, f64x2.extract_lane(x, 1)));
  }
  return x;
}

/** Sizes of single-precision normals of the four paths from their words at `at`. */
// @ts-ignore: decorator
@inline
function sizesOf32(word: v128, at: usize, draw: u32): v128 {
  const place = f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_u(word, 11)), f32x4.splat(0.5));
  const pair0 = v128.shuffle<i32>(coarseEntry(at), coarseEntry(at + 4), 0, 4, 1, 5);
  const pair1 = v128.shuffle<i32>(coarseEntry(at + 8), coarseEntry(at + 12), 0, 4, 1, 5);
  const width = v128.shuffle<i64>(pair0, pair1, 0, 2);
  const edge = v128.shuffle<i64>(pair0, pair1, 1, 3);
  const x = f32x4.mul(f32x4.mul(place, f32x4.splat(<f32>4.76837158203125e-7)), width);
  const inside = i32x4.bitmask(f32x4.lt(x, edge));
  return inside == 15 ? x : settle32(x, inside, at, draw);
}

/** Settles the lanes whose draw of one word fell beyond its strip's edge. */
function settle32(x: v128, inside: i32, at: usize, draw: u32): v128 {
  v128.store(SIZES, x);
  for (let path = 0; path < 4; path++) {
    if ((inside >> path) & 1) continue;
    openMore(path, draw);
    const lane = <usize>path << 2;
    const strip = load<u32>(at + lane) & (COARSE_STRIPS - 1);
    store<f32>(SIZES + lane, <f32>beyondCoarse(strip, <f64>load<f32>(SIZES + lane)));
  }
  return v128.load(SIZES);
}

const SIZES: usize = memory.data(16, 16);

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

/** |x| of a draw beyond its strip's edge, by the ziggurat of 64-bit draws. */
function beyondFine(strip: i32, x: f64): f64 {
  while (true) {
    if (strip == 0) return beyondTail(FINE_TAIL);
    if (isBelow(FINE_HEIGHTS + (<usize>strip << 3), x)) return x;
    const draw = moreWord();
    strip = draw & (FINE_STRIPS - 1);
    const entry = FINE_TABLE + (<usize>strip << 3);
    x = placeOf(draw, moreWord()) * load<f64>(entry);
    if (x < load<f64>(entry, 8)) return x;
  }
}

/** The same for draws of one word; another draw has 64 bits. */
function beyondCoarse(strip: i32, x: f64): f64 {
  if (strip == 0) return beyondTail(COARSE_TAIL);
  if (isBelow(COARSE_HEIGHTS + (<usize>strip << 3), x)) return x;
  return Math.abs(moreNormal());
}

/** Whether a uniform height within the strip whose borders lie at `border` is below the density at x. */
function isBelow(border: usize, x: f64): boolean {
  const low = load<f64>(border);
  const height = low + moreUniform() * (load<f64>(border, 8) - low);
  return height < density(x);
}

function beyondTail(tail: f64): f64 {
  while (true) {
    const beyond = -log(moreUniform()) / tail;
    const bound = -log(moreUniform());
    if (bound + bound > beyond * beyond) return tail + beyond;
  }
}

/** A normal from the words of the open sub-stream. */
function moreNormal(): f64 {
  const draw = moreWord();
  const strip = <i32>draw & (FINE_STRIPS - 1);
  const entry = FINE_TABLE + (<usize>strip << 3);
  let x = placeOf(draw, moreWord()) * load<f64>(entry);
  if (!(x < load<f64>(entry, 8))) x = beyondFine(strip, x);
  return draw & FINE_STRIPS ? -x : x;
}

/** The last two words of a vector in front. */
// @ts-ignore: decorator
@inline
function last(words: v128): v128 {
  return v128.shuffle<i64>(words, words, 1, 1);
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
      v128.store(out, normalOf(low, high, words, 0, draw));
      v128.store(out + other, normalOf(last(low), last(high), words + 8, 2, draw));
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
  let column = 0, row = 0;
  let at = out;
  while (row < rows) {
    const left = (rows - row) * columns - column;
    const taken = min(left, <i32>ready());
    const from = position;
    let words = here();
    for (let i = 0; i < taken; i++) {
      const word = v128.load(words);
      const top = v128.and(i32x4.shl(word, COARSE_SIGN), i32x4.splat(0x80000000));
      const x = v128.or(sizesOf32(word, words, from + <u32>i), top);
      v128.store(at, f64x2.promote_low_f32x4(x));
      v128.store(at + other, f64x2.promote_low_f32x4(last(x)));
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

/**
 * The same draws left in single precision: `rows` × `columns`, row by row, an entry four floats, rows
 * `rowStride` bytes apart.
 */
export function normalsSingle(rows: i32, columns: i32, out: usize, rowStride: usize): void {
  let column = 0;
  let at = out;
  let left = rows * columns;
  while (left > 0) {
    const taken = min(left, <i32>ready());
    const from = position;
    let words = here();
    for (let i = 0; i < taken; i++) {
      const word = v128.load(words);
      const top = v128.and(i32x4.shl(word, COARSE_SIGN), i32x4.splat(0x80000000));
      v128.store(at, v128.or(sizesOf32(word, words, from + <u32>i), top));
      words += WORD;
      at += 16;
      if (++column == columns) {
        column = 0;
        out += rowStride;
        at = out;
      }
    }
    advance(<u32>taken);
    left -= taken;
  }
}

/** Draws a χ² variate with `df` degrees of freedom of every path; writes its square root. */
export function chi(df: f64, out: usize, other: usize): void {
  const shape = df / 2.0;
  const boosted = shape < 1.0;
  ready();
  let words = here();
  let low = v128.load(words), high = v128.load(words, 16);
  const x0 = normalOf(low, high, words, 0, position);
  const x1 = normalOf(last(low), last(high), words + 8, 2, position);
  advance(2);
  ready();
  words = here();
  low = v128.load(words);
  high = v128.load(words, 16);
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
