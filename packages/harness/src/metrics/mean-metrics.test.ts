import { describe, expect, it } from 'vitest';
import { meanMetrics } from './mean-metrics.js';
import { quantileOfSorted } from './quantile-of-sorted.js';

describe('meanMetrics', () => {
  it('averages each metric over the sequences where it is defined', () => {
    const list = [
      { a: 1, b: null, c: null },
      { a: 3, b: 5, c: null },
    ];
    expect(meanMetrics(list)).toEqual({ a: 2, b: 5, c: null });
  });

  it('refuses an empty list', () => {
    expect(() => meanMetrics([])).toThrow('expected at least one sequence');
  });
});

describe('quantileOfSorted', () => {
  it('interpolates between order statistics and hits both ends', () => {
    const sorted = [1, 2, 4, 8];
    expect(quantileOfSorted(sorted, 0)).toBe(1);
    expect(quantileOfSorted(sorted, 0.5)).toBe(3);
    expect(quantileOfSorted(sorted, 0.25)).toBe(1.75);
    expect(quantileOfSorted(sorted, 1)).toBe(8);
    expect(quantileOfSorted([], 0.5)).toBeNull();
  });
});
