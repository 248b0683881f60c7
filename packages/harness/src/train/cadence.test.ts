import { expect, it } from 'vitest';
import { cadenceOf } from './cadence.js';

it('measures ten times, layers at most every 40 steps and losses every 20, unless told otherwise', () => {
  const every = (steps: number) => cadenceOf({ steps });
  expect(every(160)).toEqual({ metricsEvery: 40, evaluateEvery: 20 });
  expect(every(2000)).toEqual({ metricsEvery: 200, evaluateEvery: 200 });
  expect(every(2001).metricsEvery).toBe(201);
  expect(cadenceOf({ steps: 2000, metricsEvery: 3 })).toEqual({
    metricsEvery: 3,
    evaluateEvery: 200,
  });
});
