import { expect, test } from 'vitest';
import { linearScale, roundTicks } from './linear-scale.ts';

test('a scale takes ends to ends', () => {
  const scale = linearScale([0, 2], [100, 20]);
  expect([0, 1, 2].map(scale)).toEqual([100, 60, 20]);
});

test('ticks are round numbers within the interval', () => {
  expect(roundTicks([0, 1], 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(roundTicks([-0.4, 1], 8)).toEqual([-0.4, -0.2, 0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(roundTicks([0, 0.75], 8)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
  expect(roundTicks([0, 0.05], 3)).toEqual([0, 0.02, 0.04]);
  expect(roundTicks([0, 40], 4)).toEqual([0, 10, 20, 30, 40]);
});
