import { expect, test } from 'vitest';
import { bonferroni } from './bonferroni.js';
import { holm } from './holm.js';
import { rejectionRate } from './testing/calibration.js';

test('holm steps down and keeps the order given', () => {
  // By hand: 4 · 0.01, 3 · 0.02 raised to 0.06, 2 · 0.03 = 0.06, 0.5.
  const adjusted = holm([0.03, 0.01, 0.5, 0.02]);
  [0.06, 0.04, 0.5, 0.06].forEach((p, i) => expect(adjusted[i]).toBeCloseTo(p, 15));
});

test('bonferroni multiplies and stops at 1', () => {
  expect([...bonferroni([0.25, 0.5, 0.125])]).toEqual([0.75, 1, 0.375]);
});

test('holm is at most bonferroni, at least the p-value itself, and monotone', () => {
  const ps = [0.2, 0.001, 0.04, 0.04, 0.9, 0];
  const [h, b] = [holm(ps), bonferroni(ps)];
  ps.forEach((p, i) => {
    expect(h[i]).toBeLessThanOrEqual(b[i]);
    expect(h[i]).toBeGreaterThanOrEqual(p);
    ps.forEach((q, j) => {
      if (p <= q) expect(h[i]).toBeLessThanOrEqual(h[j]);
    });
  });
});

test('the chance of any false rejection among ten stays below alpha 0.05', () => {
  const smallest = (adjust: (ps: Float64Array) => Float64Array) =>
    rejectionRate('family', 2000, 0.05, (stream) =>
      Math.min(...adjust(Float64Array.from({ length: 10 }, () => stream.uniform()))),
    );
  // 1 − 0.995^10 = 0.0489 exactly; 0.02 is four standard errors. Unadjusted it is 0.40.
  expect(Math.abs(smallest(holm) - 0.0489)).toBeLessThan(0.02);
  expect(smallest(bonferroni)).toBe(smallest(holm));
  expect(smallest((ps) => ps)).toBeGreaterThan(0.3);
});

test('no p-values give none; values outside [0, 1] are refused', () => {
  expect(holm([])).toHaveLength(0);
  expect(() => holm([0.5, NaN])).toThrow(/holm: expected pValues\[1\] in \[0, 1\], got NaN/);
  expect(() => bonferroni([-1])).toThrow(/bonferroni: expected pValues\[0\]/);
});
