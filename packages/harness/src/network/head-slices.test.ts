import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { architecture } from '@shaped/sde';
import { describe, expect, test } from 'vitest';
import { tokenCovariance } from '../metrics/index.js';
import { followsSlices, headSlices } from './head-slices.js';

const sizes = { tokens: 3, width: 12, heads: 4 };
const X = new Stream(foldIn(keyFromSeed(1), 'x')).fillNormal(
  new Float64Array(sizes.tokens * sizes.width),
  1,
);
/** Rounding of a sum of twelve float64 products. */
const ROUNDING = 1e-14;

describe('headSlices', () => {
  test('a slice is the Gram matrix of its own columns over the full width', () => {
    const slices = headSlices(X, sizes);
    for (let h = 0; h < 4; h++) {
      for (let a = 0; a < 3; a++) {
        for (let b = 0; b < 3; b++) {
          let sum = 0;
          for (let i = 3 * h; i < 3 * h + 3; i++) sum += X[a * 12 + i] * X[b * 12 + i];
          expect(slices[(h * 3 + a) * 3 + b]).toBeCloseTo(sum / 12, 14);
        }
      }
    }
  });

  test('the slices sum to V', () => {
    const slices = headSlices(X, sizes);
    const V = tokenCovariance(X, 3, 12);
    V.forEach((value, at) => {
      const sum = [0, 1, 2, 3].reduce((total, h) => total + slices[h * 9 + at], 0);
      expect(Math.abs(sum - value)).toBeLessThan(ROUNDING);
    });
  });

  test('one head has V itself', () => {
    expect(headSlices(X, { ...sizes, heads: 1 })).toEqual(tokenCovariance(X, 3, 12));
  });
});

test('slices are followed where heads write their own columns, and nowhere else', () => {
  const base = { tokens: 3, width: 12, depth: 2 };
  expect(followsSlices(architecture({ ...base, heads: 2 }))).toBe(true);
  expect(followsSlices(architecture(base))).toBe(false);
  expect(followsSlices(architecture({ ...base, heads: 2, outputProjection: true }))).toBe(false);
  expect(followsSlices(architecture({ ...base, heads: 2, attention: 'none' }))).toBe(false);
});
