import { describe, expect, it } from 'vitest';
import { usageFailureOf } from '../testing/usage-failure-of.js';
import { leastPaths } from './advise-rules.js';
import { parseConfig } from './parse-config.js';

describe('the fewest networks', () => {
  it.each([
    [0.01, 0.95, 299],
    [0.1, 0.95, 29],
    [0.01, 0.999, 688],
  ])(
    'show a risk below %d at confidence %d when all %d are healthy',
    (level, confidence, least) => {
      expect(leastPaths({ level, confidence })).toBe(least);
      // The upper bound of 0 of N is 1 − (1 − confidence)^(1/N).
      const bound = (paths: number) => 1 - (1 - confidence) ** (1 / paths);
      expect(bound(least)).toBeLessThanOrEqual(level);
      expect(bound(least - 1)).toBeGreaterThan(level);
    },
  );
});

describe('the section advise', () => {
  it('refuses what can never be shown, all together', () => {
    const raw = { advise: { paths: 100, startRho: 0.6 }, model: { tokens: 1 } };
    const message = usageFailureOf(() => parseConfig(raw, 'x.yaml', 'advise'));
    expect(message).toMatch(/3 problems/);
    expect(message).toMatch(/advise\.paths: expected at least 299, got 100/);
    expect(message).toMatch(/advise\.startRho: expected less than advise\.rho \(0\.5\), got 0\.6/);
    expect(message).toMatch(/model\.tokens: expected at least 2, got 1/);
  });

  it('asks for two tokens only where advice is asked for', () => {
    const raw = { model: { tokens: 1 } };
    expect(parseConfig(raw, 'x.yaml').model.tokens).toBe(1);
    expect(() => parseConfig(raw, 'x.yaml', 'advise')).toThrow(/model\.tokens/);
  });
});
