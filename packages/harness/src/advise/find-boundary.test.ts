import { expect, test } from 'vitest';
import { binomialShare } from './binomial-share.js';
import { fateSummary } from './fate-summary.js';
import { findBoundary, isMonotone } from './find-boundary.js';
import type { Direction, Shaping } from './shaping.js';
import { syntheticFates } from './testing/synthetic-fates.js';
import type { Trial } from './trial.js';

const direction: Direction = { name: 'gamma', at: (u) => ({ gamma: u, tau0: 1, cMinus: -1 }) };

/** A trial of given health and risk. */
function trialOf(shaping: Shaping, healthy: boolean, risk = 0): Trial {
  const summary = fateSummary(syntheticFates(100), { confidence: 0.95 });
  const share = { ...binomialShare(Math.round(100 * risk), 100, 0.95), layers: null };
  return {
    ...{ shaping, judgement: healthy ? 'healthy' : 'unhealthy' },
    summary: { ...summary, risk: share },
  };
}

/** Trials by a rule of γ, with what was tried. */
function rule(isHealthy: (gamma: number) => boolean) {
  const tried: number[] = [];
  const tryAll = (shapings: Shaping[]) => {
    tried.push(...shapings.map(({ gamma }) => gamma));
    return Promise.resolve(shapings.map((shaping) => trialOf(shaping, isHealthy(shaping.gamma))));
  };
  return { tried, tryAll };
}

test.each([0.01, 0.25, 0.37, 0.5001, 0.749, 0.99])(
  'health that ends at %d is found to 1/64, from the healthy side',
  async (end) => {
    const { tried, tryAll } = rule((gamma) => gamma <= end);
    const found = await findBoundary(direction, tryAll);
    expect(found?.monotone).toBe(true);
    expect(found?.u).toBeLessThanOrEqual(end);
    expect(found?.u).toBeGreaterThan(end - 1 / 64 - Number.EPSILON);
    expect(found?.shaping).toEqual(direction.at(found?.u ?? NaN));
    expect(tried).toContain(found?.u);
    expect(new Set(tried).size).toBeLessThanOrEqual(11);
  },
);

test('a direction that is healthy to its end ends there, one without a healthy start is none', async () => {
  expect(await findBoundary(direction, rule(() => true).tryAll)).toMatchObject({ u: 1 });
  expect(await findBoundary(direction, rule((gamma) => gamma > 0).tryAll)).toBeUndefined();
});

test('where health returns, the stretch that begins at the most shaping is scanned', async () => {
  const { tried, tryAll } = rule((gamma) => gamma <= 0.4 || gamma >= 0.7);
  const found = await findBoundary(direction, tryAll);
  expect(found).toMatchObject({ monotone: false, u: 6 / 16 });
  expect(new Set(tried).size).toBeGreaterThanOrEqual(17);
});

test('an interval of ill health inside a bracket is seen in its section', async () => {
  const found = await findBoundary(
    direction,
    rule((gamma) => gamma <= 0.3 || (gamma > 0.35 && gamma < 0.4)).tryAll,
  );
  expect(found).toMatchObject({ monotone: false, u: 4 / 16 });
});

test('what is undecided between healthy trials is noise: the last healthy one counts', async () => {
  const tryAll = (shapings: Shaping[]) =>
    Promise.resolve(
      shapings.map((shaping): Trial => {
        const { gamma } = shaping;
        const trial = trialOf(shaping, gamma <= 0.6);
        return gamma === 0.25 || (gamma > 0.6 && gamma < 0.7)
          ? { ...trial, judgement: 'undecided' }
          : trial;
      }),
    );
  const found = await findBoundary(direction, tryAll);
  expect(found?.monotone).toBe(true);
  expect(found?.u).toBeLessThanOrEqual(0.6);
  expect(found?.u).toBeGreaterThan(0.6 - 1 / 64 - Number.EPSILON);
});

test('a risk that falls by more than its errors is not monotone', () => {
  const trials = (...risks: number[]) =>
    risks.map((risk) => trialOf(direction.at(0), risk < 0.5, risk));
  expect(isMonotone(trials(0, 0.1, 0.3, 0.9))).toBe(true);
  expect(isMonotone(trials(0.1, 0.08, 0.3, 0.9))).toBe(true); // within the errors
  expect(isMonotone(trials(0.4, 0, 0.3, 0.9))).toBe(false);
  expect(isMonotone(trials(0, 0.9, 0.6, 0.9))).toBe(true); // what comes after the end is no matter
});
