import { expect, test } from 'vitest';
import { exp, log } from './elementary.js';
import { keyFromSeed } from './key.js';
import { Stream } from './stream.js';

/** Two units in the last place of either side. */
const ULPS = 4 * Number.EPSILON;

test('log and exp agree with the engine’s to two units in the last place', () => {
  const stream = new Stream(keyFromSeed(5));
  const arguments_ = Array.from({ length: 20_000 }, () => stream.uniform());
  for (const x of [...arguments_, 1, 2 ** -53, Math.SQRT1_2, 0.9999999999999999, 5e3, 1e-300]) {
    const expected = Math.log(x);
    expect(Math.abs(log(x) - expected)).toBeLessThanOrEqual(ULPS * Math.abs(expected));
  }
  for (const u of [...arguments_, 0, 1, 0.5]) {
    const x = 1400 * (u - 0.5);
    expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThanOrEqual(ULPS);
  }
  expect([log(1), exp(0)]).toEqual([0, 1]);
});
