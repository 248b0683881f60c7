import { describe, expect, test } from 'vitest';
import { syntheticEnsemble } from '../testing/synthetic-ensemble.js';
import { combine, judge, type Finding } from './finding.js';
import { COMPARED_METRICS } from './last-layer-tests.js';
import { TREND_TESTS, widthTrend } from './width-trend.js';

const ALPHA = 0.01;
const WIDTHS = [64, 128, 256];

interface TrendCase {
  /** Paths of every chain, and of the SDE unless it has its own number. */
  paths?: number;
  sdePaths?: number;
  seed?: number;
  /** Mean of the SDE with half the step, in standard deviations. */
  halfStep?: number;
  widths?: number[];
}

/** The trend of chains whose mean is `gap(width)` standard deviations off the SDE's. */
function trend(
  gap: (width: number) => number,
  { paths = 4000, sdePaths, seed = 1, halfStep = 0, widths = WIDTHS }: TrendCase = {},
) {
  const draw = (shift: number, own: number, members = paths) =>
    syntheticEnsemble(COMPARED_METRICS, { members, seed: seed * 1000 + own, shift });
  return widthTrend(
    widths.map((width) => ({ width, sdeRecord: 0, ...draw(gap(width), width) })),
    draw(0, 1, sdePaths),
    draw(halfStep, 2),
    8,
    ALPHA / TREND_TESTS,
  );
}

const findings = (...of: Parameters<typeof trend>): Finding[] =>
  judge(trend(...of).measurements, ALPHA);
const failed = (all: Finding[]) =>
  all.filter(({ verdict }) => verdict === 'FAIL').map(({ quantity }) => quantity);

describe('the verdict on a gap from chain to SDE', () => {
  test('that shrinks like 1/√n to nothing: PASS', () => {
    expect(combine(findings((n) => 2 / Math.sqrt(n)).map(({ verdict }) => verdict))).toBe('PASS');
  });

  test('that stays at half a standard deviation: FAIL, as what is left for n → ∞', () => {
    const wrong = failed(findings(() => 0.5));
    expect(wrong).toHaveLength(COMPARED_METRICS.length);
    for (const quantity of wrong) expect(quantity).toMatch(/gap left as n → ∞/);
  });

  test('that grows with n: FAIL, as growth too', () => {
    const wrong = failed(findings((n) => (0.4 * n) / 256));
    expect(
      wrong.filter((quantity) => /growth of the gap from n = 64 to 256/.test(quantity)),
    ).toHaveLength(3);
  });

  test('that grows on the other side of zero is growth as well', () => {
    expect(failed(findings((n) => (-0.4 * n) / 256)).join()).toMatch(/growth/);
  });

  test('seen through too few paths: INCONCLUSIVE, not PASS', () => {
    const all = findings((n) => 2 / Math.sqrt(n), { paths: 60 });
    expect(combine(all.map(({ verdict }) => verdict))).toBe('INCONCLUSIVE');
  });

  test('of a solver whose step matters: FAIL, as the error of the step', () => {
    const wrong = failed(findings((n) => 2 / Math.sqrt(n), { halfStep: 0.3 }));
    expect(wrong).toHaveLength(3);
    for (const quantity of wrong) expect(quantity).toMatch(/error of the solver’s step/);
  });

  test('that vanishes fails by chance in at most about alpha of the runs', () => {
    const RUNS = 100;
    const wrong = Array.from({ length: RUNS }, (_, i) =>
      failed(findings((n) => 2 / Math.sqrt(n), { paths: 100, seed: 2 + i })),
    ).filter((quantities) => quantities.length > 0).length;
    // Holm promises a mean of at most 1; P(more than 6) < 1e-4.
    expect(wrong).toBeLessThanOrEqual(6);
  });
});

describe('the estimates', () => {
  test('recover a known limit and slope within their standard errors', () => {
    const { gaps, measurements } = trend((n) => 0.2 + 2 / Math.sqrt(n), { paths: 20_000 });
    const limits = measurements.filter(({ quantity }) => /gap left/.test(quantity));
    expect(limits).toHaveLength(3);
    for (const { effect, standardError } of limits) {
      // Four standard errors: alpha = 2e-4 for the three, at a fixed seed.
      expect(Math.abs(effect - 0.2)).toBeLessThan(4 * (standardError as number));
      expect(standardError).toBeLessThan(0.02);
    }
    for (const { width, gap, standardError } of gaps) {
      // The SDE's own mean is off by 1/√paths as well.
      expect(Math.abs(gap - 0.2 - 2 / Math.sqrt(width))).toBeLessThan(
        4 * Math.SQRT2 * standardError,
      );
    }
  });

  // The effective rank at c₋ = −2: above the SDE's at n = 256, below it at n = 32.
  test('follow a gap that changes its sign, from four widths on', () => {
    const curved = (n: number) => 2.2 / Math.sqrt(n) - 15 / n;
    const limits = (widths: number[]) =>
      trend(curved, { widths, paths: 40_000 }).measurements.filter(({ quantity }) =>
        /gap left/.test(quantity),
      );
    // Of the second four, 16 has but two columns a token: better that than a straight line.
    for (const widths of [
      [32, 64, 128, 256],
      [16, 32, 64, 128],
    ]) {
      for (const { test, effect, standardError } of limits(widths)) {
        expect(test).toBe('fit of the gap in 1/√n and 1/n');
        expect(standardError).toBeLessThan(0.03);
        expect(Math.abs(effect)).toBeLessThan(4 * (standardError as number));
      }
    }
    // A straight line through the same curve invents a gap, which would fail every such run.
    for (const { test, effect, standardError } of limits([32, 64, 256])) {
      expect(test).toBe('fit of the gap in 1/√n');
      expect(effect).toBeGreaterThan(4 * (standardError as number));
    }
  });

  test('count the error of the SDE’s own mean, which no chain can mend', () => {
    const { measurements } = trend(() => 0, { paths: 10_000, sdePaths: 100 });
    const [limit] = measurements.filter(({ quantity }) => /gap left/.test(quantity));
    expect(limit.standardError).toBeGreaterThan(0.1); // 1/√100
    expect(limit.standardError).toBeLessThan(0.11);
  });

  test('come width by width in rising order, with KS distances above their noise', () => {
    const { gaps } = trend(() => 0.5, { widths: [256, 64, 128] });
    expect(gaps.map(({ width }) => width)).toEqual([...WIDTHS, ...WIDTHS, ...WIDTHS]);
    for (const { ks, ksNoise } of gaps) expect(ks).toBeGreaterThan(2 * ksNoise);
  });

  test('leave out a metric that the SDE does not move or does not have', () => {
    const still = syntheticEnsemble(['effectiveRank'], { members: 50, seed: 1, sd: 0 });
    const members = WIDTHS.map((width) => ({ width, sdeRecord: 0, ...still }));
    expect(widthTrend(members, still, still, 8, 0.01)).toEqual({ gaps: [], measurements: [] });
  });
});
