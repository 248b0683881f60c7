import { expect, it } from 'vitest';
import { validationsSinceBest } from './early-stop.js';

it.each([
  [[], 0],
  [[3], 0],
  [[3, 2, 1], 0],
  [[3, 2, 2.5], 1],
  [[3, 2, 2], 1],
  [[1, 2, 3, 4], 3],
  [[3, 1, 2, 0.5, 0.7], 1],
])('of %j are %i', (losses, expected) => {
  expect(validationsSinceBest(losses)).toBe(expected);
});
