import { expect, test } from 'vitest';
import { rankUniformity } from './rank-uniformity.js';
import { band, rejectionRate } from './testing/calibration.js';

const R = 9;
const REPEATS = 1000;

/** Ranks of draws among R references each. */
function ranks(
  stream: { normal(): number },
  count: number,
  mean: number,
  deviation: number,
): number[] {
  return Array.from({ length: count }, () => {
    const observed = mean + deviation * stream.normal();
    let below = 0;
    for (let r = 0; r < R; r++) if (stream.normal() < observed) below++;
    return below;
  });
}

test('every rank once has no effect, and the standard errors are the exact ones', () => {
  const all = Array.from({ length: R + 1 }, (_, i) => i);
  const { mean, dispersion } = rankUniformity(all, R);
  expect(mean.effect).toBeCloseTo(0, 15);
  expect(dispersion.effect).toBeCloseTo(0, 15);
  // By enumeration of the uniform law on {0 … R}.
  const average = (f: (r: number) => number) => all.reduce((sum, r) => sum + f(r), 0) / (R + 1);
  const variance = average((r) => (r - R / 2) ** 2);
  const fourth = average((r) => (r - R / 2) ** 4);
  expect(mean.standardError).toBeCloseTo(Math.sqrt(variance / (R + 1)) / R, 14);
  expect(dispersion.standardError).toBeCloseTo(
    Math.sqrt((fourth / variance ** 2 - 1) / (R + 1)),
    14,
  );
});

// Seeded; see `band` for alpha.
test('p-values are uniform for equal laws', () => {
  for (const which of ['mean', 'dispersion'] as const) {
    const rate = rejectionRate(
      `ranks ${which}`,
      REPEATS,
      0.05,
      (stream) => rankUniformity(ranks(stream, 60, 0, 1), R)[which].pValue,
    );
    expect(Math.abs(rate - 0.05)).toBeLessThan(band(0.05, REPEATS));
  }
});

test('a shifted law is rejected by the mean, a wider and a narrower one by the dispersion', () => {
  const power = (which: 'mean' | 'dispersion', mean: number, deviation: number, sign: number) =>
    rejectionRate(`ranks power ${which} ${sign}`, 100, 0.05, (stream) => {
      const found = rankUniformity(ranks(stream, 150, mean, deviation), R)[which];
      expect(Math.sign(found.effect)).toBe(sign);
      return found.pValue;
    });
  expect(power('mean', 0.5, 1, 1)).toBeGreaterThan(0.95);
  expect(power('mean', -0.5, 1, -1)).toBeGreaterThan(0.95);
  expect(power('dispersion', 0, 2, 1)).toBeGreaterThan(0.95);
  expect(power('dispersion', 0, 0.4, -1)).toBeGreaterThan(0.95);
});

test('ranks outside {0 … R} are refused', () => {
  expect(() => rankUniformity([0, 10], R)).toThrow(
    /expected integers in \[0, 9\], got 10 at ranks\[1\]/,
  );
  expect(() => rankUniformity([0.5], R)).toThrow(/got 0.5/);
  expect(() => rankUniformity([], R)).toThrow(/the number of ranks/);
  expect(() => rankUniformity([0], 1)).toThrow(/expected R to be an integer of at least 2, got 1/);
});
