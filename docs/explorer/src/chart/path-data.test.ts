import { expect, test } from 'vitest';
import { areaData, lineData } from './path-data.ts';

test('a line goes through its points, and is interrupted where there is none', () => {
  expect(lineData([0, 1, 2], [3, 4.04, 5])).toBe('M0.0,3.0L1.0,4.0L2.0,5.0');
  expect(lineData([0, 1, 2, 3], [3, 4, NaN, 5])).toBe('M0.0,3.0L1.0,4.0M3.0,5.0');
  expect(lineData([0, 1], [NaN, Infinity])).toBe('');
});

test('an area goes there along the upper and back along the lower values', () => {
  expect(areaData([0, 1], [5, 6], [1, 2])).toBe('M0.0,1.0L1.0,2.0L1.0,6.0L0.0,5.0Z');
  expect(areaData([0, 1, 2], [5, NaN, 6], [1, 2, 3])).toBe('M0.0,1.0L0.0,5.0ZM2.0,3.0L2.0,6.0Z');
});
