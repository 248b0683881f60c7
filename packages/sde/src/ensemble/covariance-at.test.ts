import { expect, test } from 'vitest';
import { covarianceAt } from './covariance-at.js';
import type { Ensemble } from './ensemble.js';

const ensemble: Ensemble = {
  tokens: 2,
  paths: 2,
  firstPath: 5,
  times: Float64Array.of(0, 1, 2),
  V: Float64Array.from({ length: 24 }, (_, i) => i),
  stoppedAt: Float64Array.of(Infinity, Infinity),
  events: [],
};

test('covarianceAt is a view of one path at one record', () => {
  expect([...covarianceAt(ensemble, 1, 2)]).toEqual([20, 21, 22, 23]);
  expect(covarianceAt(ensemble, 0, 0).buffer).toBe(ensemble.V.buffer);
});

test.each([
  [2, 0, /path to be an integer in \[0, 2\), got 2/],
  [0, 3, /record to be an integer in \[0, 3\), got 3/],
  [0.5, 0, /path/],
])('path %d, record %d does not exist', (path, record, message) => {
  expect(() => covarianceAt(ensemble, path, record)).toThrow(message);
});
