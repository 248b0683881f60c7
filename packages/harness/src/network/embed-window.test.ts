import { describe, expect, test } from 'vitest';
import { embedWindow } from './embed-window.js';

const WIDTH = 64;
const rowsOf = (ids: number[], positions: boolean, seed = 7, width = WIDTH) => {
  const X = embedWindow(ids, { width, seed, positions });
  return ids.map((_, t) => Array.from(X.subarray(t * width, (t + 1) * width)));
};

describe('without positions', () => {
  test('the same token has the same row, anywhere in any window, and other tokens others', () => {
    const [a, b, again] = rowsOf([5, 9, 5], false);
    const [, , elsewhere] = rowsOf([1, 2, 5, 3], false);
    expect(again).toEqual(a);
    expect(elsewhere).toEqual(a);
    expect(b).not.toEqual(a);
  });
});

describe('with positions', () => {
  test('a repeated token is told apart by its position, alike in every window', () => {
    const [a, , again] = rowsOf([5, 9, 5], true);
    const [other] = rowsOf([5, 1, 2], true);
    expect(again).not.toEqual(a);
    expect(other).toEqual(a);
  });

  test('a row is (token + position)/√2: position differences are those of any other token', () => {
    const [a0, a1] = rowsOf([5, 5], true);
    const [b0, b1] = rowsOf([9, 9], true);
    const [token] = rowsOf([5], false);
    const [otherToken] = rowsOf([9], false);
    // float32 rounding of two numbers of order one
    const tolerance = 1e-6;
    for (let i = 0; i < WIDTH; i++) {
      expect(Math.abs(a1[i] - a0[i] - (b1[i] - b0[i]))).toBeLessThan(tolerance);
      const between = (token[i] - otherToken[i]) * Math.SQRT1_2;
      expect(Math.abs(a0[i] - b0[i] - between)).toBeLessThan(tolerance);
    }
  });
});

test.each([false, true])('coordinates have mean 0 and variance 1 (positions: %s)', (positions) => {
  const width = 20_000;
  const ids = [3, 1, 4, 15, 92];
  const values = rowsOf(ids, positions, 11, width).flat();
  const count = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / count;
  const square = values.reduce((sum, x) => sum + x * x, 0) / count;
  // Four standard errors, 1/√N and √(2/N): alpha = 6e-5 a quantity at a fixed seed.
  expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(count));
  expect(Math.abs(square - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
});

test.each([false, true])('different tokens are uncorrelated (positions: %s)', (positions) => {
  const width = 20_000;
  const [a, b] = rowsOf([3, 4], positions, 11, width);
  const correlation = a.reduce((sum, x, i) => sum + x * b[i], 0) / width;
  expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(width));
});

test('the seed decides everything', () => {
  expect(rowsOf([5, 9], true)).toEqual(rowsOf([5, 9], true));
  expect(rowsOf([5, 9], true, 8)).not.toEqual(rowsOf([5, 9], true, 7));
});
