import { ksTwoSample, moments, normalSurvival, zTest } from '@shaped/sde';
import { metricDefinition, type GramMetricName } from '../metrics/index.js';
import type { Measurement } from './finding.js';
import { metricColumn, type MetricEnsemble } from '../predict/index.js';
import { COMPARED_METRICS } from './last-layer-tests.js';

/** An exact chain at one width of the trend. */
export interface TrendMember extends MetricEnsemble {
  width: number;
  /** The record of the SDE nearest to the depth/width of this member. */
  sdeRecord: number;
}

/** The gap from chain to SDE at one width, at equal depth/width. */
export interface WidthGap {
  width: number;
  metric: GramMetricName;
  /** Mean of the chain minus mean of the SDE, in standard deviations of the SDE. */
  gap: number;
  /** Of the chain's mean alone; the SDE's is common to all widths. */
  standardError: number;
  ks: number;
  /** KS distance that these sample sizes show at 5 % when there is no gap. */
  ksNoise: number;
}

/** What the SDE and its solver leave over as n → ∞, and how the gap gets there. */
export interface WidthTrend {
  gaps: WidthGap[];
  measurements: Measurement[];
}

/** A tenth of a standard deviation: a difference of means nobody sees between two histograms. */
const LIMIT_TOLERANCE = 0.1;
/** A run that would miss three tenths of a standard deviation decides nothing. */
const LIMIT_RESOLUTION = 0.3;
/** The fit leaves out widths below this many columns a token, which follow higher powers too. */
const FITTED_COLUMNS_A_TOKEN = 4;
/** The most measurements that `widthTrend` returns. */
export const TREND_TESTS = 3 * COMPARED_METRICS.length;

/** From this many fitted widths on, the fit follows 1/n beside 1/√n. */
const LEAST_FOR_TWO_POWERS = 4;

/**
 * Weighted least squares of `gap = limit + Σ_k slope_k n^(−k/2)`, k = 1 … powers; the limit and its
 * variance. The leading correction is 1/√n: the drift of the MLP at width n is c(n) times its limit
 * (theory, section 2). Everything else enters with 1/n.
 */
function extrapolate(
  gaps: readonly WidthGap[],
  powers: number,
): { limit: number; variance: number } {
  const inner = (u: readonly number[], v: readonly number[]) =>
    gaps.reduce((sum, { standardError }, i) => sum + (u[i] * v[i]) / standardError ** 2, 0);
  const without = (u: number[], others: readonly number[][]) =>
    others.reduce((rest, other) => {
      const part = inner(rest, other) / inner(other, other);
      return rest.map((x, i) => x - part * other[i]);
    }, u);
  const slopes: number[][] = [];
  for (let k = 1; k <= powers; k++) {
    slopes.push(
      without(
        gaps.map(({ width }) => width ** (-k / 2)),
        slopes,
      ),
    );
  }
  // What of a constant gap no power of 1/√n explains: all that tells the limit.
  const own = without(
    gaps.map(() => 1),
    slopes,
  );
  const variance = 1 / inner(own, own);
  const limit =
    variance *
    inner(
      own,
      gaps.map(({ gap }) => gap),
    );
  return { limit, variance };
}

/** The gaps that the fit takes: those wide enough for their tokens, at least the widest four. */
function fitted(gaps: readonly WidthGap[], tokens: number): readonly WidthGap[] {
  const wide = gaps.filter(({ width }) => width >= FITTED_COLUMNS_A_TOKEN * tokens);
  return wide.length < LEAST_FOR_TWO_POWERS ? gaps.slice(-LEAST_FOR_TWO_POWERS) : wide;
}

/**
 * The trend of the gap between exact chain and SDE in the width, for each compared metric: its
 * extrapolation to n → ∞ by a fit in 1/√n, from four widths on in 1/n too, whether it shrinks, and the
 * error of the solver's step.
 *
 * @param members exact chains at several widths, all from the V0 of the SDE, at equal depth/width
 *   and stopped at the same radius
 * @param sde the SDE
 * @param coarse the SDE with twice the step
 * @param tokens m
 * @param level of one test, for the detectable effect
 */
export function widthTrend(
  members: readonly TrendMember[],
  sde: MetricEnsemble,
  coarse: MetricEnsemble,
  tokens: number,
  level: number,
): WidthTrend {
  const ordered = [...members].sort((a, b) => a.width - b.width);
  const last = (ensemble: MetricEnsemble, name: GramMetricName) =>
    metricColumn(ensemble, ensemble.records - 1, name);
  const gaps: WidthGap[] = [];
  const measurements: Measurement[] = [];
  for (const metric of COMPARED_METRICS) {
    const theory = last(sde, metric);
    if (theory.length < 2) continue; // one token has no correlation
    const reference = moments(theory);
    const spread = Math.sqrt(reference.variance);
    if (!(spread > 0)) continue;
    const own = ordered.map(({ width, sdeRecord, ...ensemble }): WidthGap => {
      const values = last(ensemble, metric);
      const predicted = metricColumn(sde, sdeRecord, metric);
      const { mean, standardError } = moments(values);
      const ks = ksTwoSample(values, predicted);
      return {
        width,
        metric,
        gap: (mean - moments(predicted).mean) / spread,
        standardError: standardError / spread,
        ks: ks.statistic,
        ksNoise: Math.min(1, ks.detectable),
      };
    });
    gaps.push(...own);
    const wide = fitted(own, tokens);
    const powers = wide.length < LEAST_FOR_TWO_POWERS ? 1 : 2;
    const { limit, variance } = extrapolate(wide, powers);
    const theoryError = reference.standardError / spread;
    const limitTest = zTest(limit, Math.sqrt(variance + theoryError ** 2));
    const title = metricDefinition(metric).title;
    const common = {
      comparison: 'exact chain against SDE',
      unit: 'sd of the SDE',
      resolution: LIMIT_RESOLUTION,
      tolerance: LIMIT_TOLERANCE,
    } as const;
    const [narrowest, widest] = [own[0], own[own.length - 1]];
    const growth = Math.abs(widest.gap) - Math.abs(narrowest.gap);
    const growthError = Math.hypot(narrowest.standardError, widest.standardError);
    const step = moments(last(coarse, metric));
    const stepTest = zTest(
      (step.mean - reference.mean) / spread,
      Math.hypot(reference.standardError, step.standardError) / spread,
    );
    measurements.push(
      {
        ...common,
        quantity: `${title}: gap left as n → ∞`,
        test: powers === 1 ? 'fit of the gap in 1/√n' : 'fit of the gap in 1/√n and 1/n',
        effect: limit,
        standardError: limitTest.standardError,
        pValue: limitTest.pValue,
        detectable: limitTest.detectable(level),
      },
      {
        ...common,
        quantity: `${title}: growth of the gap from n = ${narrowest.width} to ${widest.width}`,
        test: 'one-sided z',
        effect: growth,
        standardError: growthError,
        pValue: normalSurvival(growth / growthError),
        detectable: zTest(growth, growthError).detectable(level),
      },
      {
        ...common,
        quantity: `${title}: error of the solver’s step`,
        test: 'step against half step',
        effect: stepTest.effect,
        standardError: stepTest.standardError,
        pValue: stepTest.pValue,
        detectable: stepTest.detectable(level),
      },
    );
  }
  return { gaps, measurements };
}
