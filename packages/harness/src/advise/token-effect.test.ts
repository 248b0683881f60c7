import { architecture, ksTwoSample, type AttentionMask } from '@shaped/sde';
import { describe, expect, test } from 'vitest';
import { binomialShare } from './binomial-share.js';
import { equicorrelated } from './fates.js';
import { fateSummary, type FateSummary } from './fate-summary.js';
import { syntheticFates } from './testing/synthetic-fates.js';
import { tokenEffect, withAllTokens } from './token-effect.js';
import { leadingSizes } from './testing/leading-sizes.js';

const Z = 1.6448536269514722;
const summary = (median: number, count: number): FateSummary => {
  const base = fateSummary(syntheticFates(400), { confidence: 0.95 });
  return {
    ...base,
    rho: { ...base.rho, median, lower: median - 0.01 * Z, upper: median + 0.01 * Z },
    risk: { ...binomialShare(count, 400, 0.95), layers: null },
  };
};

test('what is expected of all tokens is on the line in log m, with the errors of both ends', () => {
  const effect = tokenEffect(128, [16, summary(0.4, 8)], [8, summary(0.38, 4)], Z);
  expect(effect).toMatchObject({ asked: 128, simulated: 16, halved: 8 });
  // Three doublings from 16 to 128.
  expect(effect.rho.value).toBeCloseTo(0.4 + 3 * 0.02, 12);
  expect(effect.rho.standardError).toBeCloseTo(Math.hypot(4 * 0.01, 3 * 0.01), 12);
  expect(effect.risk.value).toBeCloseTo(0.02 + 3 * 0.01, 12);
  expect(effect.rhoHalved.value).toBe(0.38);
  expect(effect.riskHalved.value).toBe(0.01);
});

test('an odd number of tokens is halved to the one below, and a probability stays one', () => {
  const effect = tokenEffect(80, [5, summary(0.4, 4)], [2, summary(0.3, 40)], Z);
  const doublings = Math.log(16) / Math.log(2.5);
  expect(effect.rho.value).toBeCloseTo(0.4 + 0.1 * doublings, 12);
  expect(effect.risk.value).toBe(0);
});

describe('the bounds of a network with all its tokens', () => {
  const given = summary(0.4, 8);
  const effectOf = (rho: number, count: number) =>
    tokenEffect(128, [16, given], [8, summary(rho, count)], Z);

  test('are those expected, with their errors, where they are higher', () => {
    const effect = effectOf(0.38, 4);
    const moved = withAllTokens(given, effect, Z);
    expect(moved.rho.upper).toBeCloseTo(0.46 + Z * 0.05, 12);
    expect(moved.risk.upper).toBeCloseTo(0.05 + Z * effect.risk.standardError, 12);
    expect(moved.rho.lower).toBe(given.rho.lower);
  });

  test('stay where a fall is expected, or nothing was left out', () => {
    expect(withAllTokens(given, effectOf(0.6, 100), Z)).toEqual(given);
    expect(withAllTokens(given, null, Z)).toBe(given);
  });
});

describe('the first tokens of a longer window', () => {
  const PATHS = 250;
  /** p-values below this reject; a right law is rejected once in a thousand seeds. */
  const ALPHA = 0.001;
  /** The mean log V_aa of the first three tokens of windows of 3 and of 6, independent draws. */
  const pValue = async (mask: AttentionMask) => {
    const sample = (tokens: number) =>
      leadingSizes({
        arch: architecture({ tokens, width: 16, depth: 12, gamma: 0.7, tau0: 0.12, mask }),
        ...{ V0: equicorrelated(tokens, 0.2), leading: 3, paths: PATHS, seed: tokens },
      });
    return ksTwoSample(await sample(3), await sample(6)).pValue;
  };

  test('have the law of a window of their own under a causal mask', async () => {
    expect(await pValue('causal')).toBeGreaterThan(ALPHA);
  });

  test('have another law under a full mask, and so the test can tell', async () => {
    expect(await pValue('full')).toBeLessThan(ALPHA);
  });
});
