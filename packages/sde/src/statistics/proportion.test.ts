import { expect, test } from 'vitest';
import { incompleteBeta } from './incomplete-beta.js';
import { proportion } from './proportion.js';

test('fraction and standard error are those of a binomial share', () => {
  const { fraction, standardError, count, total } = proportion(30, 120);
  expect([count, total, fraction]).toEqual([30, 120, 0.25]);
  expect(standardError).toBe(Math.sqrt((0.25 * 0.75) / 120));
});

test("the interval's ends are where the score test just rejects", () => {
  const z = 1.959963984540054;
  for (const [count, total] of [
    [30, 120],
    [1, 9],
    [0, 50],
    [50, 50],
  ]) {
    const { lower, upper, fraction } = proportion(count, total);
    for (const end of [lower, upper]) {
      if (end === 0 || end === 1) continue;
      const score = (fraction - end) / Math.sqrt((end * (1 - end)) / total);
      expect(Math.abs(Math.abs(score) - z)).toBeLessThan(1e-12);
    }
  }
});

test('none of n leaves room for a rare event; all of n mirrors it', () => {
  const none = proportion(0, 1000);
  expect(none).toMatchObject({ fraction: 0, standardError: 0, lower: 0 });
  expect(none.upper).toBeGreaterThan(0.003);
  expect(none.upper).toBeLessThan(0.005);
  const every = proportion(1000, 1000);
  expect(every.upper).toBe(1);
  expect(Math.abs(every.lower - (1 - none.upper))).toBeLessThan(1e-15);
});

test('it covers the true share about as often as said', () => {
  // Exact, by summing the binomial law: Wilson's coverage at 95 % stays within [0.9, 0.99] here.
  const n = 60;
  const below = (k: number, p: number) =>
    k < 0 ? 0 : k >= n ? 1 : incompleteBeta(p, 1 - p, k + 1, n - k).upper;
  for (const p of [0.05, 0.2, 0.5, 0.9]) {
    let coverage = 0;
    for (let k = 0; k <= n; k++) {
      const { lower, upper } = proportion(k, n);
      if (lower <= p && p <= upper) coverage += below(k, p) - below(k - 1, p);
    }
    expect(coverage).toBeGreaterThan(0.9);
    expect(coverage).toBeLessThan(0.99);
  }
});

test.each([
  [() => proportion(1, 0), /total/],
  [() => proportion(-1, 3), /count/],
  [() => proportion(0.5, 3), /count/],
  [() => proportion(4, 3), /at most total = 3, got 4/],
])('%# impossible counts are refused', (make, message) => {
  expect(make).toThrow(message);
});
