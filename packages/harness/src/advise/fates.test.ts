import { architecture, correlationOf, moments, offDiagonalMean, simulateChain } from '@shaped/sde';
import { describe, expect, test } from 'vitest';
import { equicorrelated, fatesOf, type FateJob } from './fates.js';

const every = (depth: number) => Array.from({ length: depth + 1 }, (_, i) => i);

/** A job of the exact chain that looks at every layer. */
function jobOf(change: Partial<FateJob> & Pick<FateJob, 'arch'>): FateJob {
  return {
    ...{ theory: 'chain', startRho: 0.2, radius: 1000, floor: 1e-3, stepsPerLayer: 2 },
    ...{ layers: every(change.arch.depth), seed: 3, firstPath: 0, paths: 12 },
    ...change,
  };
}

test('the input has variances 1 and one correlation', () => {
  expect([...equicorrelated(3, 0.2)]).toEqual([1, 0.2, 0.2, 0.2, 1, 0.2, 0.2, 0.2, 1]);
});

test('crossings and last values are those of the V that the engine records', async () => {
  // γ = 1 spreads the variances: within 30 layers of width 8 some paths leave [1/4, 4].
  const arch = architecture({ tokens: 3, width: 8, depth: 30, gamma: 1, tau0: 0.5, cMinus: -2 });
  const job = jobOf({ arch, radius: 4, floor: 0.25, paths: 40 });
  const fates = await fatesOf(job);
  const { V, stoppedAt } = await simulateChain({
    ...{ arch, V0: equicorrelated(3, 0.2), paths: 40, seed: 3 },
    ...{ stopAt: 4, recordAt: job.layers },
  });
  let met = 0;
  for (let p = 0; p < 40; p++) {
    let [collapsed, vanished] = [Infinity, Infinity];
    const blewUp = Math.round(stoppedAt[p] * 8);
    for (let layer = 30; layer >= 0; layer--) {
      if (layer > blewUp) continue;
      const at = V.subarray((p * 31 + layer) * 9, (p * 31 + layer + 1) * 9);
      if (offDiagonalMean(correlationOf(at, 3), 3) > 0.99) collapsed = layer;
      if (Math.min(at[0], at[4], at[8]) < 0.25) vanished = layer;
    }
    const last = V.subarray((p * 31 + 30) * 9, (p * 31 + 31) * 9);
    expect([fates.blewUpAt[p], fates.collapsedAt[p], fates.vanishedAt[p]]).toEqual([
      ...[blewUp, collapsed, vanished],
    ]);
    expect(fates.rho[p]).toBeCloseTo(offDiagonalMean(correlationOf(last, 3), 3), 12);
    expect(fates.logNorm[p]).toBeCloseTo(Math.log(last[0] * last[4] * last[8]) / 3, 12);
    met += Number(Number.isFinite(blewUp)) + Number(vanished < Infinity);
  }
  expect(met).toBeGreaterThan(10);
});

test('a path is the same in any job', async () => {
  const arch = architecture({ tokens: 3, width: 8, depth: 5 });
  const all = await fatesOf(jobOf({ arch }));
  const part = await fatesOf(jobOf({ arch, firstPath: 7, paths: 3 }));
  expect(part.rho).toEqual(all.rho.slice(7, 10));
});

test('the layers of the SDE are those of the network', async () => {
  const arch = architecture({ tokens: 2, width: 16, depth: 12, gamma: 0.9, tau0: 0.05 });
  const { blewUpAt } = await fatesOf(jobOf({ arch, theory: 'sde', paths: 30 }));
  const finite = blewUpAt.filter(Number.isFinite);
  expect(finite.length).toBeGreaterThan(5);
  expect(Math.min(...finite)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...finite)).toBeLessThanOrEqual(12);
});

// docs/theory.md, section 5: m = 8, n = 200, V0 off-diagonal 0.2, mean ρ to three digits.
describe('known physics at width 200 and 8 tokens', () => {
  const unshaped = { tokens: 8, width: 200, block: 'unshaped' } as const;
  /** Standard errors of a mean that a right engine exceeds once in 10,000 seeds. */
  const ERRORS = 4;

  test.each([
    [20, Math.SQRT1_2 / 2, 0.913],
    [5, Math.SQRT1_2, 0.95],
  ])('unshaped, depth %d, γ = %d: mean ρ %d', async (depth, gamma, mean) => {
    const arch = architecture({ ...unshaped, depth, gamma });
    const { rho } = await fatesOf(jobOf({ arch, paths: 64 }));
    const { variance, count } = moments(rho);
    const error = Math.hypot(Math.sqrt(variance / count), 0.0005); // and the digits of the source
    expect(Math.abs(moments(rho).mean - mean)).toBeLessThan(ERRORS * error);
  });

  test('unshaped, depth 150: every network collapses, well before its last layer', async () => {
    const arch = architecture({ ...unshaped, depth: 150 });
    const { collapsedAt, rho } = await fatesOf(jobOf({ arch }));
    expect(Math.max(...collapsedAt)).toBeLessThan(100);
    expect(Math.min(...collapsedAt)).toBeGreaterThan(20);
    expect(Math.min(...rho)).toBeGreaterThan(0.9995);
  });

  test('shaped, depth 150: none does', async () => {
    const arch = architecture({ tokens: 8, width: 200, depth: 150 });
    const fates = await fatesOf(jobOf({ arch, paths: 24 }));
    for (const key of ['collapsedAt', 'blewUpAt', 'vanishedAt'] as const) {
      expect(Math.min(...fates[key]), key).toBe(Infinity);
    }
  });
});
