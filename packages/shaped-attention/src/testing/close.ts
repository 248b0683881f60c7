import type * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** Half the distance between 1 and the next float32: the relative error of one rounding. */
export const FLOAT32_ROUNDING = 2 ** -24;

/**
 * Expects float32 values that came of at most `roundings` roundings, each relative to the largest
 * magnitude at hand: see {@link float32Roundings}.
 */
export function expectFloat32(
  actual: tf.Tensor | ArrayLike<number>,
  expected: ArrayLike<number>,
  roundings: number,
  what = 'value',
): void {
  const seen = float32Roundings(actual, expected, what);
  expect(seen, `${what}: roundings of the largest error`).toBeLessThanOrEqual(roundings);
}

/** The largest `|actual − expected|` in units of `2⁻²⁴ · max(1, max|expected|)`. */
export function float32Roundings(
  actual: tf.Tensor | ArrayLike<number>,
  expected: ArrayLike<number>,
  what = 'value',
): number {
  const got = 'dataSync' in actual ? actual.dataSync() : actual;
  expect(got.length, `${what}: number of entries`).toBe(expected.length);
  let scale = 1;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]));
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(got[i] - expected[i]);
    worst = Number.isNaN(error) ? Infinity : Math.max(worst, error);
  }
  return worst / (FLOAT32_ROUNDING * scale);
}
