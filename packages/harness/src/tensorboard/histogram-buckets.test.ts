import { keyFromSeed, Stream } from '@shaped/random';
import { describe, expect, test } from 'vitest';
import { histogramBuckets } from './histogram-buckets.js';

const rowsOf = (flat: Float64Array) =>
  Array.from({ length: flat.length / 3 }, (_, i) => [...flat.subarray(3 * i, 3 * i + 3)]);

test('histogramBuckets counts a value on an edge to its right, and the largest in the last', () => {
  expect(rowsOf(histogramBuckets([0, 1, 1.5, 2, 4], { buckets: 4 }))).toEqual([
    [0, 1, 1],
    [1, 2, 2],
    [2, 3, 1],
    [3, 4, 1],
  ]);
});

test('histogramBuckets agrees with a count of every bucket by comparison', () => {
  const values = new Float64Array(5000);
  new Stream(keyFromSeed(7)).fillNormal(values, 2);
  const rows = rowsOf(histogramBuckets(values));
  expect(rows.length).toBe(30);
  expect(rows[0][0]).toBe(Math.min(...values));
  expect(rows[29][1]).toBe(Math.max(...values));
  for (const [i, [left, right, count]] of rows.entries()) {
    if (i > 0) expect(left).toBe(rows[i - 1][1]);
    expect(count).toBe(values.filter((x) => x >= left && (x < right || i === 29)).length);
  }
});

test('histogramBuckets stretches the outermost buckets of a given range over every value', () => {
  expect(
    rowsOf(histogramBuckets([-1.2, -0.5, 0.5, 1 + 2 ** -52], { buckets: 2, range: [-1, 1] })),
  ).toEqual([
    [-1.2, 0, 2],
    [0, 1 + 2 ** -52, 2],
  ]);
});

test.each([0, 3, -1e300, 5e-324])('histogramBuckets puts values that all are %d around it', (c) => {
  const rows = rowsOf(histogramBuckets([c, c, c], { buckets: 3 }));
  const half = Math.max(Math.abs(c), 1) / 2;
  expect([rows[0][0], rows[2][1]]).toEqual([c - half, c + half]);
  expect(rows.map(([, , count]) => count)).toEqual([0, 3, 0]);
});

test('histogramBuckets of no values has no counts and finite edges', () => {
  const rows = histogramBuckets([], { buckets: 5, range: [0, 1] });
  expect(rowsOf(rows).map(([, , count]) => count)).toEqual([0, 0, 0, 0, 0]);
  expect(histogramBuckets([], { buckets: 2 }).every(Number.isFinite)).toBe(true);
});

describe('histogramBuckets refuses', () => {
  test.each([NaN, Infinity, -Infinity])('%d, with its index', (bad) => {
    expect(() => histogramBuckets([1, 2, bad])).toThrow(`got ${bad} at index 2`);
  });
  test('a range that overflows', () => {
    expect(() => histogramBuckets([-1.7e308, 1.7e308])).toThrow(/range is finite.*logarithms/);
  });
  test.each([
    [1, 1],
    [2, 1],
    [0, Infinity],
    [NaN, 1],
  ])('the range [%d, %d]', (low, high) => {
    expect(() => histogramBuckets([1], { range: [low, high] })).toThrow(`got [${low}, ${high}]`);
  });
  test.each([0, 1.5, -3])('%d buckets', (buckets) => {
    expect(() => histogramBuckets([1], { buckets })).toThrow(`positive integer, got ${buckets}`);
  });
});
