/**
 * Draws that fell beyond their strip's edge, as `beyondEdge` of `@shaped/random` settles them. The fast
 * paths of `normals.ts` and `normals32.ts` have no branch: they note such draws in a list, and settle
 * them after.
 */
import { exp, log } from './elementary';
import { moreWord, openMore } from './words';
import {
  COARSE_HEIGHTS, COARSE_STRIPS, COARSE_TAIL, FINE_HEIGHTS, FINE_STRIPS, FINE_TABLE,
  FINE_TAIL,
} from './ziggurat';

/** Noted draws: the addresses of their words and of where they belong, for a whole buffer of words. */
export const NOTED: usize = memory.data(1040, 16);
/** Bytes of a noted draw. */
const NOTE: usize = 8;

/** Writes a note at `end` and returns the end of the list, beyond it where `rejected`. */
// @ts-ignore: decorator
@inline
export function note(end: usize, words: usize, out: usize, rejected: boolean): usize {
  store<u32>(end, <u32>words);
  store<u32>(end, <u32>out, 4);
  return end + (<usize>rejected << 3);
}

/**
 * Settles the 64-bit draws noted up to `end`: low words of the four paths, then high ones. Those of
 * paths 2 and 3 belong `other` bytes further. Word `from` of the streams lies at `first`.
 */
export function settle(end: usize, first: usize, from: u32, other: usize): void {
  for (let at = NOTED; at < end; at += NOTE) {
    const words = <usize>load<u32>(at);
    const draw = from + <u32>((words - first) >>> 4);
    let rejected = 0;
    unroll: for (let l = 0; l < 4; l++) {
      rejected |= <i32>!(fineSize(words + l * 4) < edgeOf(words + l * 4)) << l;
    }
    for (; rejected != 0; rejected &= rejected - 1) {
      const path = <i32>ctz(rejected);
      const word = words + (<usize>path << 2);
      openMore(path, draw);
      const low = load<u32>(word);
      const out = <usize>load<u32>(at, 4) + (path < 2 ? 0 : other) + (<usize>(path & 1) << 3);
      const size = beyondFine(<i32>low & (FINE_STRIPS - 1), fineSize(word));
      store<f64>(out, signed(size, low & FINE_STRIPS));
    }
  }
}

/** |x| of the 64-bit draw of one path, whose low word is at `word`, and its strip's edge. */
// @ts-ignore: decorator
@inline
function fineSize(word: usize): f64 {
  const low = load<u32>(word);
  return placeOf(low, load<u32>(word, 16)) * load<f64>(entryOf(low));
}

// @ts-ignore: decorator
@inline
function edgeOf(word: usize): f64 {
  return load<f64>(entryOf(load<u32>(word)), 8);
}

// @ts-ignore: decorator
@inline
function entryOf(low: u32): usize {
  return FINE_TABLE + (<usize>(low & (FINE_STRIPS - 1)) << 3);
}

/**
 * Settles the draws of one word noted up to `end`, whose four paths lie side by side in single precision;
 * the lowest bits of their words' addresses tell which paths need none. Word `from` of the streams lies
 * at `first`.
 */
export function settle32(end: usize, first: usize, from: u32): void {
  for (let at = NOTED; at < end; at += NOTE) {
    const noted = load<u32>(at);
    const words = <usize>(noted & ~15), out = <usize>load<u32>(at, 4);
    const draw = from + <u32>((words - first) >>> 4);
    for (let rejected = ~noted & 15; rejected != 0; rejected &= rejected - 1) {
      const path = <i32>ctz(rejected);
      const lane = <usize>path << 2;
      const word = load<u32>(words + lane);
      openMore(path, draw);
      const size = <f64>Mathf.abs(load<f32>(out + lane));
      const settled = beyondCoarse(<i32>word & (COARSE_STRIPS - 1), size);
      store<f32>(out + lane, <f32>signed(settled, word & COARSE_STRIPS));
    }
  }
}

/** A uniform from the words of the open sub-stream. */
export function moreUniform(): f64 {
  const first = moreWord();
  return (<f64>(first >>> 5) * 67108864.0 + <f64>(moreWord() >>> 6) + 0.5) * 1.1102230246251565e-16;
}

/** A normal from the words of the open sub-stream. */
export function moreNormal(): f64 {
  const draw = moreWord();
  const strip = <i32>draw & (FINE_STRIPS - 1);
  const entry = FINE_TABLE + (<usize>strip << 3);
  let x = placeOf(draw, moreWord()) * load<f64>(entry);
  if (!(x < load<f64>(entry, 8))) x = beyondFine(strip, x);
  return signed(x, draw & FINE_STRIPS);
}

// @ts-ignore: decorator
@inline
function signed(size: f64, negative: u32): f64 {
  return select(-size, size, negative != 0);
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

function density(x: f64): f64 {
  return exp((-x * x) / 2.0);
}

function beyondTail(tail: f64): f64 {
  while (true) {
    const beyond = -log(moreUniform()) / tail;
    const bound = -log(moreUniform());
    if (bound + bound > beyond * beyond) return tail + beyond;
  }
}
