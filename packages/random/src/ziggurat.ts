import { exp, log } from './elementary.js';
import type { Words } from './words.js';

/** The strips of equal area that the normal density is cut into, the lowest holding the tail. */
export interface Ziggurat {
  /** Number of strips, a power of two. */
  readonly strips: number;
  /** Where the tail begins. */
  readonly tail: number;
  /**
   * For strip i its width `x_i` and its edge `x_{i+1}`, left of which all of the strip lies below the
   * density, `[strips, 2]`.
   */
  readonly table: Float64Array;
  /** exp(−x_i²/2), the lower border of strip i, `[strips + 1]`. */
  readonly heights: Float64Array;
}

function ziggurat(strips: number, tail: number, area: number): Ziggurat {
  const table = new Float64Array(2 * strips);
  const heights = new Float64Array(strips + 1);
  let x = area / density(tail);
  let next = tail;
  for (let i = 0; i < strips; i++) {
    table[2 * i] = x;
    table[2 * i + 1] = next;
    heights[i + 1] = density(next);
    x = next;
    next = i < strips - 2 ? Math.sqrt(-2 * log(area / x + density(x))) : 0;
  }
  return { strips, tail, table, heights };
}

// Tails and areas: 50 digits by tools/golden/kernel_coefficients.py.

/** The ziggurat of normals from 64 bits: 9 for the strip, one for the sign, 52 for the position. */
export const FINE = ziggurat(512, 3.8520461503683912, 0.002456766351541356);

/** The ziggurat of normals from 32 bits: 10 for the strip, one for the sign, 21 for the position. */
export const COARSE = ziggurat(1024, 4.038849846109504, 0.001226324646353088);

/** The table of {@link COARSE} in single precision, in which its fast path computes. */
export const COARSE_TABLE = Float32Array.from(COARSE.table);

/** exp(−x²/2). */
function density(x: number): number {
  return exp((-x * x) / 2);
}

/** A uniform in (0, 1], from 53 bits. */
export function uniformFrom(first: number, second: number): number {
  return ((first >>> 5) * 67108864 + (second >>> 6) + 0.5) * 2 ** -53;
}

/**
 * A standard normal from one 64-bit draw, and in 0.6 % of all cases from `more` words: a ziggurat with
 * independent bits for strip, sign and position. The same bits on every engine.
 *
 * Source: Marsaglia and Tsang, "The ziggurat method for generating random variables" (2000).
 */
export function normalFrom(low: number, high: number, more: () => Words): number {
  const strip = low & (FINE.strips - 1);
  const x = positionOf(low, high) * FINE.table[2 * strip];
  const size = x < FINE.table[2 * strip + 1] ? x : beyondEdge(FINE, strip, x, more());
  return (low & FINE.strips) === 0 ? size : -size;
}

/**
 * A standard normal of single precision from one word, and in 0.3 % of all cases from `more`: steps of
 * at most 2e-6, for weights and the many draws of a hidden layer.
 */
export function normalFrom32(word: number, more: () => Words): number {
  const strip = word & (COARSE.strips - 1);
  const x = Math.fround(((word >>> 11) + 0.5) * 2 ** -21 * COARSE_TABLE[2 * strip]);
  const inside = x < COARSE_TABLE[2 * strip + 1];
  const size = inside ? x : Math.fround(beyondEdge(COARSE, strip, x, more()));
  return (word & COARSE.strips) === 0 ? size : -size;
}

/** Where a draw lies across its strip, in (0, 1): 52 bits. */
function positionOf(low: number, high: number): number {
  return (high * 2 ** 20 + (low >>> 12) + 0.5) * 2 ** -52;
}

/** |x| of a draw that fell beyond its strip's edge. */
function beyondEdge({ tail, heights }: Ziggurat, strip: number, x: number, words: Words): number {
  if (strip === 0) return beyondTail(tail, words);
  const low = heights[strip];
  const height = low + uniform(words) * (heights[strip + 1] - low);
  if (height < density(x)) return x;
  return sizeFrom(words);
}

/** |x| of another draw, from 64 bits and as many more as it takes. */
function sizeFrom(words: Words): number {
  const low = words.uint32();
  const strip = low & (FINE.strips - 1);
  const x = positionOf(low, words.uint32()) * FINE.table[2 * strip];
  return x < FINE.table[2 * strip + 1] ? x : beyondEdge(FINE, strip, x, words);
}

/** |x| beyond a bound, by Marsaglia's exponential. */
function beyondTail(tail: number, words: Words): number {
  for (;;) {
    const beyond = -log(uniform(words)) / tail;
    const bound = -log(uniform(words));
    if (bound + bound > beyond * beyond) return tail + beyond;
  }
}

function uniform(words: Words): number {
  const first = words.uint32();
  return uniformFrom(first, words.uint32());
}
