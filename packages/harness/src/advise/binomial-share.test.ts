import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { binomialShare } from './binomial-share.js';

/** [count, of, confidence, lower, upper] of tools/golden/binomial_share.py. */
const golden = JSON.parse(
  readFileSync(new URL('./testing/golden/binomial-share.json', import.meta.url), 'utf8'),
) as [number, number, number, number, number][];

/** SciPy's own beta quantiles agree with mpmath to about this; the bisection here to one ulp. */
const RELATIVE = 1e-10;

test('the bounds are the beta quantiles of SciPy, 0 and all included', () => {
  expect(golden.length).toBeGreaterThan(50);
  for (const [count, of, confidence, lower, upper] of golden) {
    const share = binomialShare(count, of, confidence);
    const what = `${count} of ${of} at ${confidence}`;
    expect(Math.abs(share.lower - lower), what).toBeLessThanOrEqual(RELATIVE * lower);
    expect(Math.abs(share.upper - upper), what).toBeLessThanOrEqual(RELATIVE * upper);
  }
});

test('the share is count / of with its binomial standard error', () => {
  const share = binomialShare(16, 64, 0.95);
  expect(share).toMatchObject({ count: 16, of: 64, probability: 0.25 });
  expect(share.standardError).toBeCloseTo(Math.sqrt((0.25 * 0.75) / 64), 15);
  expect(binomialShare(0, 64, 0.95)).toMatchObject({ probability: 0, standardError: 0, lower: 0 });
});

test.each([
  [3, 2, 0.95, /expected a count of 0 to 2 networks, got 3/],
  [-1, 2, 0.95, /got -1/],
  [0.5, 2, 0.95, /got 0\.5/],
  [1, 2, 95, /expected confidence in \(0, 1\), got 95/],
])('%d of %d at confidence %d is refused', (count, of, confidence, message) => {
  expect(() => binomialShare(count, of, confidence)).toThrow(message);
});
