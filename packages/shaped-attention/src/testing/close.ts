import type * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** Half the distance between 1 and the next float32: the relative error of one rounding. */
export const FLOAT32_ROUNDING = 2 ** -24;

/**
 * Expects float32 values that came of at most `roundings` roundings, each relative to the largest
 * magnitude at hand: `|actual − expected| ≤ roundings · 2⁻²⁴ · max(1, max|expected|)`.
 */
export function expectFloat32(
  actual: tf.Tensor | ArrayLike<number>,
  expected: ArrayLike<number>,
  roundings: number,
  what = 'value',
): void {
  const got = 'dataSync' in actual ? actual.dataSync() : actual;
  expect(got.length, `${what}: number of entries`).toBe(expected.length);
  let scale = 1;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]));
  const tolerance = roundings * FLOAT32_ROUNDING * scale;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(got[i] - expected[i]);
    worst = Number.isNaN(error) ? Infinity : Math.max(worst, error);
  }
  expect(worst, `${what}: largest error`).toBeLessThanOrEqual(tolerance);
}
