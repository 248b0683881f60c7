import { architecture, ksTwoSample, type AttentionMask } from '@shaped/sde';
import { describe, expect, test } from 'vitest';
import { binomialShare } from './binomial-share.js';
import { equicorrelated } from './fates.js';
import { fateSummary, type FateSummary } from './fate-summary.js';
import { syntheticFates } from './testing/synthetic-fates.js';
import { meanInverseKeys, tokenEffect, withAllTokens, type TokenEffect } from './token-effect.js';
import { leadingSizes } from './testing/leading-sizes.js';

test('the mean of one over the number of keys is 1/m, or the harmonic mean under a causal mask', () => {
  expect(meanInverseKeys({ mask: 'full' }, 8)).toBeCloseTo(1 / 8, 14);
  expect(meanInverseKeys({ mask: 'causal' }, 4)).toBeCloseTo((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4, 14);
});

const Z = 1.6448536269514722;
const summary = (median: number, count: number): FateSummary => {
  const base = fateSummary(syntheticFates(400), { confidence: 0.95 });
  return {
    ...base,
    rho: { ...base.rho, median, lower: median - 0.01 * Z, upper: median + 0.01 * Z },
    risk: { ...binomialShare(count, 400, 0.95), layers: null },
  };
};

test('the effect is the change from half the tokens with its error, and the factor to all of them', () => {
  const effect = tokenEffect(
    { mask: 'full', tokens: 128 },
    [16, summary(0.4, 8)],
    [8, summary(0.3, 4)],
    Z,
  );
  expect(effect).toMatchObject({ asked: 128, simulated: 16, halved: 8 });
  expect(effect.factor).toBeCloseTo((1 / 16 - 1 / 128) / (1 / 8 - 1 / 16), 12);
  expect(effect.rho.change).toBeCloseTo(0.1, 12);
  expect(effect.rho.standardError).toBeCloseTo(Math.hypot(0.01, 0.01), 12);
  expect(effect.risk.change).toBeCloseTo(0.01, 12);
});

describe('the bounds of a network with all its tokens', () => {
  const change = (by: number) => ({ change: by, standardError: 0.01 });
  const effect: TokenEffect = {
    ...{ asked: 128, simulated: 16, halved: 8, factor: 0.5 },
    ...{ rho: change(0.1), risk: change(0.04) },
  };
  const given = summary(0.4, 8);

  test('rise by a notable rise times the factor', () => {
    const moved = withAllTokens(given, effect);
    expect(moved.rho.upper).toBeCloseTo(given.rho.upper + 0.05, 12);
    expect(moved.risk.upper).toBeCloseTo(given.risk.upper + 0.02, 12);
    expect(moved.rho.lower).toBe(given.rho.lower);
  });

  test('stay where a change is a fall, or within its errors, or nothing was left out', () => {
    for (const by of [-0.1, 0.019]) {
      expect(withAllTokens(given, { ...effect, rho: change(by), risk: change(by) })).toEqual(given);
    }
    expect(withAllTokens(given, null)).toBe(given);
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
