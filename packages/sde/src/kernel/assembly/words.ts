/** The words of a tile's four streams: Philox 4x32-10, one counter a path, as `@shaped/random` has it. */

const KEYS: usize = memory.data(320, 16);
const ROUNDS: i32 = 10;

/** Blocks generated at once, an even number: two at a time hide the latency of the multiplications. */
const BLOCKS: i32 = 32;
const BUFFER: usize = memory.data(2048, 16);

/** Bytes of one word of the four paths. */
export const WORD: usize = 16;

let step: i32 = 0;
let pathLow: v128 = i32x4.splat(0);
let pathHigh: v128 = i32x4.splat(0);
let key0: u32 = 0;
let key1: u32 = 0;

/** Index of the next word of the streams. */
export let position: u32 = 0;
let bufferStart: u32 = 0;
let bufferEnd: u32 = 0;
/** Words that the step is known to take: none are generated in vain. */
let expected: u32 = 0;

/** Sets the key of the streams. */
export function setKey(k0: u32, k1: u32): void {
  key0 = k0;
  key1 = k1;
  for (let r = 0; r < ROUNDS; r++) {
    const at = KEYS + <usize>r * 32;
    v128.store(at, i32x4.splat(k0));
    v128.store(at, i32x4.splat(k1), 16);
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  outdated = true;
}

/** Sets the tile's paths: four indices as pairs of words. */
export function setPaths(low: v128, high: v128): void {
  if (v128.any_true(v128.xor(high, pathHigh))) outdated = true;
  pathLow = low;
  pathHigh = high;
}

/** Begins the streams of a step that takes about `words` words; it may take others. */
export function openStreams(index: i32, words: u32): void {
  step = index;
  expected = words;
  position = 0;
  bufferStart = bufferEnd = 0;
  prepareRounds();
}

/** Goes on at the next block. */
export function alignToBlock(): void {
  position = (position + 3) & ~3;
}

/** Marks words as taken. */
// @ts-ignore: decorator
@inline
export function advance(words: u32): void {
  position += words;
}

/** Number of words that lie ready at {@link here}, at least two; `position` must be even. */
// @ts-ignore: decorator
@inline
export function ready(): u32 {
  if (position >= bufferEnd) refill();
  return bufferEnd - position;
}

/** Address of the word at `position`, of the four paths; the next ones follow. */
// @ts-ignore: decorator
@inline
export function here(): usize {
  return BUFFER + <usize>(position - bufferStart) * WORD;
}

// @ts-ignore: decorator
@inline
function high(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}

/**
 * What the first two rounds share. The first multiplies the block's index by M0 and the path by M1, so
 * that of the second round's factors one does not depend on the block and the other not on the step.
 */
let afterFirst1: v128 = i32x4.splat(0);
let secondHigh: v128 = i32x4.splat(0);
let secondLow: v128 = i32x4.splat(0);

/** Blocks of which {@link SECOND} keeps, for all steps, both halves of the second product and lo(M0 b). */
const KEPT: i32 = 512;
const SECOND: usize = memory.data(24576, 16);
const SECOND_BYTES: usize = 48;
/** Whether the key or the paths changed since SECOND was written. */
let outdated: boolean = true;

/** Both halves of the second round's product of block b, and lo(M0 b), to `out`. */
// @ts-ignore: decorator
@inline
function second(b: i32, out: usize): void {
  const M1 = i32x4.splat(0xcd9e8d57);
  const p = <u64>(<u32>b) * 0xd2511f53;
  const x2 = v128.xor(i32x4.splat(<i32>(p >>> 32)), v128.xor(pathHigh, v128.load(KEYS, 16)));
  const p0 = i64x2.extmul_low_i32x4_u(x2, M1), p1 = i64x2.extmul_high_i32x4_u(x2, M1);
  v128.store(out, high(p0, p1));
  v128.store(out, i32x4.mul(x2, M1), 16);
  v128.store(out, i32x4.splat(<i32>p), 32);
}

function prepareRounds(): void {
  const M0 = i32x4.splat(0xd2511f53), M1 = i32x4.splat(0xcd9e8d57);
  const b0 = i64x2.extmul_low_i32x4_u(pathLow, M1), b1 = i64x2.extmul_high_i32x4_u(pathLow, M1);
  const x0 = v128.xor(v128.xor(high(b0, b1), i32x4.splat(step)), v128.load(KEYS));
  afterFirst1 = i32x4.mul(pathLow, M1);
  const a0 = i64x2.extmul_low_i32x4_u(x0, M0), a1 = i64x2.extmul_high_i32x4_u(x0, M0);
  secondHigh = high(a0, a1);
  secondLow = i32x4.mul(x0, M0);
  if (!outdated) return;
  for (let b = 0; b < KEPT; b++) second(b, SECOND + <usize>b * SECOND_BYTES);
  outdated = false;
}

/** {@link second} of two blocks beyond those kept. */
const BEYOND: usize = memory.data(96, 16);

function refill(): void {
  const first = <i32>(position >>> 2);
  bufferStart = position & ~3;
  const left = expected > bufferStart ? (expected - bufferStart + 7) >>> 3 : 1;
  const blocks = min(BLOCKS, <i32>left << 1);
  bufferEnd = bufferStart + 4 * <u32>blocks;
  const M0 = i32x4.splat(0xd2511f53), M1 = i32x4.splat(0xcd9e8d57);
  const key0OfSecond = v128.xor(afterFirst1, v128.load(KEYS, 32));
  const key1OfSecond = v128.xor(secondHigh, v128.load(KEYS, 48));
  let out = BUFFER;
  for (let b = first; b < first + blocks; b += 2) {
    let at = SECOND + <usize>b * SECOND_BYTES;
    if (b + 1 >= KEPT) {
      at = BEYOND;
      second(b, at);
      second(b + 1, at + SECOND_BYTES);
    }
    let x0 = v128.xor(v128.load(at), key0OfSecond);
    let x1 = v128.load(at, 16);
    let x2 = v128.xor(v128.load(at, 32), key1OfSecond);
    let x3 = secondLow;
    let y0 = v128.xor(v128.load(at, 48), key0OfSecond);
    let y1 = v128.load(at, 64);
    let y2 = v128.xor(v128.load(at, 80), key1OfSecond);
    let y3 = secondLow;
    for (let keys = KEYS + 64; keys < KEYS + 320; keys += 32) {
      const k0 = v128.load(keys), k1 = v128.load(keys, 16);
      const xb0 = i64x2.extmul_low_i32x4_u(x2, M1), xb1 = i64x2.extmul_high_i32x4_u(x2, M1);
      const xa0 = i64x2.extmul_low_i32x4_u(x0, M0), xa1 = i64x2.extmul_high_i32x4_u(x0, M0);
      const xb = v128.xor(high(xb0, xb1), v128.xor(x1, k0));
      const xa = v128.xor(high(xa0, xa1), v128.xor(x3, k1));
      x1 = i32x4.mul(x2, M1);
      x3 = i32x4.mul(x0, M0);
      x0 = xb;
      x2 = xa;
      const yb0 = i64x2.extmul_low_i32x4_u(y2, M1), yb1 = i64x2.extmul_high_i32x4_u(y2, M1);
      const ya0 = i64x2.extmul_low_i32x4_u(y0, M0), ya1 = i64x2.extmul_high_i32x4_u(y0, M0);
      const yb = v128.xor(high(yb0, yb1), v128.xor(y1, k0));
      const ya = v128.xor(high(ya0, ya1), v128.xor(y3, k1));
      y1 = i32x4.mul(y2, M1);
      y3 = i32x4.mul(y0, M0);
      y0 = yb;
      y2 = ya;
    }
    v128.store(out, x0);
    v128.store(out, x1, 16);
    v128.store(out, x2, 32);
    v128.store(out, x3, 48);
    v128.store(out, y0, 64);
    v128.store(out, y1, 80);
    v128.store(out, y2, 96);
    v128.store(out, y3, 112);
    out += 128;
  }
}

/** The words of the block that {@link moreWord} reads from. */
const MORE: usize = memory.data(16, 16);
let moreDraw: u32 = 0;
let moreLow: u32 = 0;
let moreHigh: u32 = 0;
let moreBlock: u32 = 0;
let moreUsed: u32 = 4;

/** Opens the sub-stream of one path's draw, for what a rejection needs. */
export function openMore(path: i32, draw: u32): void {
  moreDraw = draw;
  moreLow = laneOf(pathLow, path);
  moreHigh = laneOf(pathHigh, path);
  moreBlock = 0;
  moreUsed = 4;
}

/** The next word of the sub-stream. */
export function moreWord(): u32 {
  if (moreUsed == 4) {
    moreBlock++;
    philox(MORE, moreDraw, step, moreLow, moreHigh + (moreBlock << 16));
    moreUsed = 0;
  }
  return load<u32>(MORE + <usize>(moreUsed++ << 2));
}

/** One of four words of a vector. */
export function laneOf(v: v128, lane: i32): u32 {
  if (lane < 2) return lane == 0 ? i32x4.extract_lane(v, 0) : i32x4.extract_lane(v, 1);
  return lane == 2 ? i32x4.extract_lane(v, 2) : i32x4.extract_lane(v, 3);
}

/** Writes the four words of Philox 4x32-10 at one counter, under the current key, to `out`. */
export function philox(out: usize, c0: u32, c1: u32, c2: u32, c3: u32): void {
  let k0 = key0, k1 = key1;
  for (let r = 0; r < ROUNDS; r++) {
    const p0 = <u64>c0 * 0xd2511f53, p1 = <u64>c2 * 0xcd9e8d57;
    c0 = <u32>(p1 >>> 32) ^ (c1 ^ k0);
    c1 = <u32>p1;
    c2 = <u32>(p0 >>> 32) ^ (c3 ^ k1);
    c3 = <u32>p0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  store<u32>(out, c0);
  store<u32>(out, c1, 4);
  store<u32>(out, c2, 8);
  store<u32>(out, c3, 12);
}
