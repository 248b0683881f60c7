import { expect, test } from 'vitest';
import { histogram } from './histogram.js';
import { golden, relativeError, sampleOf } from './testing/golden.js';

test('the default bins are those of NumPy by the rule of Freedman and Diaconis', () => {
  const { edges, counts, density, outside } = histogram(sampleOf('normal'));
  expect([...counts]).toEqual(golden.histogram.counts);
  expect(outside).toBe(0);
  golden.histogram.edges.forEach((edge, i) => {
    expect(Math.abs(edges[i] - edge)).toBeLessThan(1e-14);
  });
  golden.histogram.density.forEach((value, i) => {
    expect(relativeError(density[i], value)).toBeLessThan(1e-13);
  });
});

test('every bin holds its lower edge, the last one both', () => {
  const { counts } = histogram([0, 1, 1, 2, 3], { edges: [0, 1, 2, 3] });
  expect([...counts]).toEqual([1, 2, 2]);
});

test('values outside are counted, and the density is that of the whole sample', () => {
  const { counts, density, outside } = histogram([-1, 0, 1, 5], { bins: 2, range: [0, 2] });
  expect([...counts]).toEqual([1, 1]);
  expect(outside).toBe(2);
  expect([...density]).toEqual([0.25, 0.25]);
});

test('constant, mostly constant and far-tailed samples get a sensible number of bins', () => {
  expect([...histogram([4, 4, 4]).edges]).toEqual([3.5, 4.5]);
  expect(histogram([0, 0, 0, 0, 0, 0, 0, 1]).counts.length).toBe(4);
  const far = Float64Array.from({ length: 100 }, (_, i) => i);
  far[99] = 1e9;
  expect(histogram(far).counts.length).toBe(1000);
});

test('bad options are refused', () => {
  expect(() => histogram([])).toThrow(/histogram: expected x/);
  expect(() => histogram([1, 2], { bins: 0 })).toThrow(/expected bins to be an integer/);
  expect(() => histogram([1, 2], { range: [2, 1] })).toThrow(/expected range to ascend/);
  expect(() => histogram([1, 2], { edges: [1, 1] })).toThrow(/expected ascending edges/);
  expect(() => histogram([1, 2], { edges: [1, 2], bins: 1 })).toThrow(/either edges or bins/);
});
