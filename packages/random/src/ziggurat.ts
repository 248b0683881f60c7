import { exp, log } from './elementary.js';
import type { Words } from './words.js';

/** Number of strips of equal area; the lowest holds the tail. */
export const STRIPS = 512;

/** Where the tail begins, and the area of a strip: 50 digits by `tools/golden/kernel_coefficients.py`. */
const TAIL = 3.8520461503683912;
const AREA = 0.002456766351541356;

/**
 * The table of the ziggurat: for strip i the width `x_i` and the edge `x_{i+1}`, left of which all of
 * the strip lies below the density, `[STRIPS, 2]`; compiled kernels take it as it is.
 */
export const ZIGGURAT = new Float64Array(2 * STRIPS);

/** exp(−x_i²/2), the lower border of strip i, `[STRIPS + 1]`. */
export const ZIGGURAT_HEIGHTS = new Float64Array(STRIPS + 1);

const density = (x: number) => exp((-x * x) / 2);

{
  let x = AREA / density(TAIL);
  let next = TAIL;
  for (let i = 0; i < STRIPS; i++) {
    ZIGGURAT[2 * i] = x;
    ZIGGURAT[2 * i + 1] = next;
    ZIGGURAT_HEIGHTS[i + 1] = density(next);
    x = next;
    next = i < STRIPS - 2 ? Math.sqrt(-2 * log(AREA / x + density(x))) : 0;
  }
  ZIGGURAT_HEIGHTS[0] = 0;
}

/** A uniform in (0, 1], from 53 bits. */
export function uniformFrom(first: number, second: number): number {
  return ((first >>> 5) * 67108864 + (second >>> 6) + 0.5) * 2 ** -53;
}

/**
 * A standard normal from one 64-bit draw, and in 0.6 % of all cases from `more` words. Its last
 * bits do not depend on the engine.
 *
 * Nine bits choose the strip, one the sign, 52 the position. Source: Marsaglia and Tsang, "The
 * ziggurat method for generating random variables" (2000), with independent bits for the strip.
 */
export function normalFrom(low: number, high: number, more: () => Words): number {
  const strip = low & (STRIPS - 1);
  const x = positionOf(low, high) * ZIGGURAT[2 * strip];
  const size = x < ZIGGURAT[2 * strip + 1] ? x : beyondEdge(strip, x, more());
  return (low & STRIPS) === 0 ? size : -size;
}

/**
 * A standard normal from one 32-bit word: 22 bits of position, steps of at most 1e-6. For weights and
 * the many draws of a hidden layer.
 */
export function normalFrom32(word: number, more: () => Words): number {
  const strip = word & (STRIPS - 1);
  const x = ((word >>> 10) + 0.5) * 2 ** -22 * ZIGGURAT[2 * strip];
  const size = x < ZIGGURAT[2 * strip + 1] ? x : beyondEdge(strip, x, more());
  return (word & STRIPS) === 0 ? size : -size;
}

/** Where a draw lies across its strip, in (0, 1): 52 bits. */
function positionOf(low: number, high: number): number {
  return (high * 2 ** 20 + (low >>> 12) + 0.5) * 2 ** -52;
}

/** |x| of a draw that fell beyond its strip's edge. */
function beyondEdge(strip: number, x: number, words: Words): number {
  for (;;) {
    if (strip === 0) return tail(words);
    const low = ZIGGURAT_HEIGHTS[strip];
    const height = low + uniform(words) * (ZIGGURAT_HEIGHTS[strip + 1] - low);
    if (height < density(x)) return x;
    const draw = words.uint32();
    strip = draw & (STRIPS - 1);
    x = positionOf(draw, words.uint32()) * ZIGGURAT[2 * strip];
    if (x < ZIGGURAT[2 * strip + 1]) return x;
  }
}

/** |x| beyond {@link TAIL}, by Marsaglia's exponential bound. */
function tail(words: Words): number {
  for (;;) {
    const beyond = -log(uniform(words)) / TAIL;
    const bound = -log(uniform(words));
    if (bound + bound > beyond * beyond) return TAIL + beyond;
  }
}

function uniform(words: Words): number {
  const first = words.uint32();
  return uniformFrom(first, words.uint32());
}
