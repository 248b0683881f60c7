import { quantileInterval } from '@shaped/sde';
import { expect, test } from 'vitest';
import { binomialShare } from './binomial-share.js';
import { fateSummary, joinFates } from './fate-summary.js';
import { syntheticFates } from './testing/synthetic-fates.js';

const GOAL = { confidence: 0.95 };
const N = 40;
const never = new Float64Array(N).fill(Infinity);
/** `never`, but for the first paths. */
const first = (...layers: number[]) => {
  const at = never.slice();
  at.set(layers);
  return at;
};

test('a share counts the paths that met the fate, and its layers are quantiles of those alone', () => {
  const { collapse, blowUp } = fateSummary(
    syntheticFates(N, { collapsedAt: first(10, 20, 30, 40, 50) }),
    GOAL,
  );
  expect(collapse).toEqual({
    ...binomialShare(5, N, 0.95),
    layers: { median: 30, q05: 12, q95: 48 },
  });
  expect(blowUp).toEqual({ ...binomialShare(0, N, 0.95), layers: null });
});

test('the risk counts a path once, at its first fate', () => {
  const { risk } = fateSummary(
    syntheticFates(N, {
      collapsedAt: first(10, Infinity, 8),
      blewUpAt: first(6, 4),
      vanishedAt: first(7, Infinity, 9),
    }),
    GOAL,
  );
  expect(risk.count).toBe(3);
  expect(risk.layers).toMatchObject({ median: 6 });
});

test('the bounds of the median are each one-sided at the confidence', () => {
  const fates = syntheticFates(N);
  const { rho } = fateSummary(fates, GOAL);
  const { lower, upper } = quantileInterval(fates.rho, 0.5, 0.9);
  expect(rho).toMatchObject({ lower, upper });
  expect(rho.median).toBeCloseTo(0.5, 12);
  expect(rho.q05).toBeLessThan(rho.lower);
});

test('ensembles join in their order', () => {
  const parts = [
    syntheticFates(2, { rho: Float64Array.of(1, 2) }),
    syntheticFates(3, { rho: Float64Array.of(3, 4, 5) }),
  ];
  const all = joinFates(parts);
  expect([...all.rho]).toEqual([1, 2, 3, 4, 5]);
  for (const values of Object.values(all)) expect(values).toHaveLength(5);
});
