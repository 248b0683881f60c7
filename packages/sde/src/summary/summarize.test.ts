import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { describe, expect, test } from 'vitest';
import type { Ensemble, EnsembleEvent } from '../ensemble/ensemble.js';
import { architecture } from '../model/architecture.js';
import { moments } from '../statistics/moments.js';
import { normalQuantile } from '../statistics/normal.js';
import { quantile } from '../statistics/quantile.js';
import { simulateBatches } from '../solver/simulate.js';
import { equicorrelated } from '../testing/reference-point.js';
import { meanCorrelation } from './covariance-statistics.js';
import type { DistributionSummary } from './distribution-summary.js';
import type { SummarizeOptions } from './ensemble-summary.js';
import { summarize } from './summarize.js';

const key = foldIn(keyFromSeed(17), 'summary test');
const PATHS = 3000;
const times = Float64Array.of(0, 0.25, 0.5);

/**
 * An ensemble of one token whose V is lognormal with σ = record, path by path from its index alone,
 * with a stop on every 7th path and an event on every 10th.
 */
function ensemble(firstPath: number, paths: number): Ensemble {
  const V = new Float64Array(paths * 3);
  const stoppedAt = new Float64Array(paths).fill(Infinity);
  const events: EnsembleEvent[] = [];
  for (let p = 0; p < paths; p++) {
    const path = firstPath + p;
    const stream = new Stream(key, path);
    for (let r = 0; r < 3; r++) V[3 * p + r] = Math.exp(r * stream.normal());
    if (path % 7 === 0) stoppedAt[p] = 0.5 * stream.uniform();
    if (path % 10 === 0) events.push({ path, kind: 'leftCone', time: 0.1, count: 3 });
    if (path % 30 === 0) events.push({ path, kind: 'nonFinite', time: 0.2, count: 1 });
  }
  return { tokens: 1, paths, firstPath, times, V, stoppedAt, events };
}

async function* batches(sizes: readonly number[]): AsyncGenerator<Ensemble> {
  let firstPath = 0;
  for (const size of sizes) {
    yield await Promise.resolve(ensemble(firstPath, size));
    firstPath += size;
  }
}

const statistics = { V: (V: Float64Array) => V[0], log: (V: Float64Array) => Math.log(V[0]) };
const whole = ensemble(0, PATHS);
const valuesAt = (record: number) =>
  Float64Array.from({ length: PATHS }, (_, p) => whole.V[3 * p + record]);
const levels = [0, 0.001, 0.05, 0.25, 0.5, 0.77, 0.95, 0.999, 1];

/** Everything a summary says, as plain data. */
const told = ({ quantile: q, quantileError: e, ...rest }: DistributionSummary) => ({
  ...rest,
  quantiles: rest.count > 0 ? levels.map((p) => [q(p), e(p)]) : [],
});

describe('the summary is that of the whole ensemble', () => {
  test('moments and exact quantiles are those of the kept values', async () => {
    const summary = await summarize(batches([1000, 2000]), { statistics });
    expect(summary).toMatchObject({ tokens: 1, paths: PATHS, firstPath: 0, times });
    summary.statistics.V.forEach((law, record) => {
      const values = valuesAt(record);
      const { mean, variance, standardError } = moments(values);
      expect(law).toMatchObject({ count: PATHS, undefinedCount: 0, exact: true, relativeError: 0 });
      expect(Math.abs(Number(law.mean) - mean)).toBeLessThan(1e-12 * mean);
      expect(Math.abs(Number(law.variance) - variance)).toBeLessThan(1e-11 * variance + 1e-300);
      expect(Math.abs(Number(law.standardError) - standardError)).toBeLessThan(
        1e-11 * standardError + 1e-300,
      );
      expect([law.min, law.max]).toEqual([Math.min(...values), Math.max(...values)]);
      for (const p of levels) {
        expect(law.quantile(p)).toBe(quantile(values, p));
        expect(law.quantileError(p)).toBe(0);
      }
    });
  });

  test('beyond exactUpTo quantiles stay within the bound they state, and need most of it', async () => {
    const relativeAccuracy = 0.01;
    const options = { statistics, exactUpTo: PATHS - 1, relativeAccuracy };
    const summary = await summarize(batches([PATHS]), options);
    let largest = 0;
    for (const name of ['V', 'log'] as const) {
      const law = summary.statistics[name][2];
      const values = valuesAt(2).map((x) => (name === 'log' ? Math.log(x) : x));
      expect(law).toMatchObject({ exact: false, relativeError: relativeAccuracy, count: PATHS });
      for (let p = 0; p <= 1; p += 1 / 512) {
        const error = Math.abs(law.quantile(p) - quantile(values, p));
        // 1e-12: rounding of logarithm and exponential in the sketch.
        expect(error).toBeLessThanOrEqual(law.quantileError(p) * (1 + 1e-12) + 1e-300);
        if (p > 0 && p < 1) largest = Math.max(largest, error / law.quantileError(p));
      }
      for (const p of [0, 1]) expect(law.quantile(p)).toBe(quantile(values, p));
    }
    expect(largest).toBeGreaterThan(0.8);
  });

  test('one value fewer is exact', async () => {
    const summary = await summarize(batches([PATHS]), { statistics, exactUpTo: PATHS });
    expect(summary.statistics.V[1].exact).toBe(true);
  });

  test('quantiles are those of the known law within their sampling error', async () => {
    // log V is N(0, 2²) at the last record; binomial ranks, 5 standard errors, seeded.
    for (const exactUpTo of [PATHS, 10]) {
      const { log } = (await summarize(batches([PATHS]), { statistics, exactUpTo })).statistics;
      for (const p of [0.05, 0.25, 0.5, 0.75, 0.95]) {
        const band = 5 * Math.sqrt((p * (1 - p)) / PATHS);
        expect(log[2].quantile(p)).toBeGreaterThan(
          2 * normalQuantile(Math.max(1e-9, p - band)) - 0.01,
        );
        expect(log[2].quantile(p)).toBeLessThan(
          2 * normalQuantile(Math.min(1 - 1e-9, p + band)) + 0.01,
        );
      }
    }
  });

  test('stops and events are counted, timed and given an error', async () => {
    const { stopped, stoppedBy, stoppingTimes, events } = await summarize(batches([PATHS]), {
      statistics,
    });
    const stops = [...whole.stoppedAt].filter((t) => t < Infinity);
    expect(stopped).toMatchObject({ count: stops.length, total: PATHS });
    expect(stopped.standardError).toBeGreaterThan(0);
    expect(stoppedBy.map(({ count }) => count)).toEqual(
      [...times].map((time) => stops.filter((t) => t <= time).length),
    );
    expect(stoppingTimes.count).toBe(stops.length);
    expect(stoppingTimes.quantile(0.5)).toBe(quantile(stops, 0.5));
    expect(events).toEqual({
      leftCone: { paths: PATHS / 10, steps: (3 * PATHS) / 10 },
      nonFinite: { paths: PATHS / 30, steps: PATHS / 30 },
    });
  });
});

describe('batches leave no trace', () => {
  const splits = [[PATHS], [1, PATHS - 1], [700, 700, 700, 900], Array<number>(PATHS).fill(1)];

  test.each([PATHS, 1000, 0])(
    'the same bits for every split, exactUpTo = %d',
    async (exactUpTo) => {
      const results = await Promise.all(
        splits.map((sizes) => summarize(batches(sizes), { statistics, exactUpTo })),
      );
      const data = results.map(({ statistics: { V, log }, stoppingTimes, ...rest }) => ({
        ...rest,
        V: V.map(told),
        log: log.map(told),
        stoppingTimes: told(stoppingTimes),
      }));
      for (const other of data.slice(1)) expect(other).toEqual(data[0]);
    },
  );

  test('simulations can be summarised as they run, in batches of any size', async () => {
    const arch = architecture({ tokens: 2, width: 64, depth: 1, gamma: 0.5 });
    const run = { arch, V0: equicorrelated(2, 0.2), time: 0.5, steps: 10, paths: 40, seed: 6 };
    const results = await Promise.all(
      [undefined, 1, 7].map((batch) =>
        summarize(simulateBatches({ ...run, batch, stopAt: 2 }), {
          statistics: { rho: meanCorrelation },
          exactUpTo: 20,
        }),
      ),
    );
    const data = results.map(({ statistics: { rho }, stoppingTimes, ...rest }) => ({
      ...rest,
      rho: rho.map(told),
      stoppingTimes: told(stoppingTimes),
    }));
    expect(data[0].stopped.count).toBeGreaterThan(0);
    expect(data[1]).toEqual(data[0]);
    expect(data[2]).toEqual(data[0]);
  });

  test('a plain list of batches will do', async () => {
    const { paths, firstPath } = await summarize([ensemble(5, 3), ensemble(8, 1)], { statistics });
    expect([firstPath, paths]).toEqual([5, 4]);
  });
});

test('memory does not grow with the number of paths', async () => {
  // Correlation-like values in [0.1, 1]: at α = 0.01 they fill at most ln 10/ln(1.01/0.99) + 1 buckets.
  const bounded = { v: (V: Float64Array) => 0.1 + 0.9 / (1 + V[0]) };
  const options = { statistics: bounded, exactUpTo: 100, relativeAccuracy: 0.01 };
  const limit = (laws: number) => laws * (8 + 2 * 117 + 100) + times.length;
  const stored = async (paths: number) =>
    (await summarize(batches(Array<number>(paths / 500).fill(500)), options)).storedNumbers;
  const [small, large] = [await stored(1000), await stored(16_000)];
  expect(small).toBeLessThanOrEqual(limit(4));
  expect(large).toBeLessThanOrEqual(limit(4));
  // The control: kept values alone would be 16 times as many.
  expect(large).toBeLessThan(2 * small);
  const kept = await summarize(batches([16_000]), { ...options, exactUpTo: 16_000 });
  expect(kept.storedNumbers).toBeGreaterThan(3 * 16_000);
});

describe('undefined values are counted apart, and nothing is ever NaN', () => {
  const odd = {
    half: (V: Float64Array) => (V[0] < 1 ? NaN : V[0]),
    none: () => NaN,
    infinite: () => -Infinity,
    one: (V: Float64Array) => (V[0] === whole.V[5] ? 1 : NaN),
  };

  test('moments and quantiles are of the defined ones', async () => {
    for (const exactUpTo of [PATHS, 10]) {
      const { half } = (await summarize(batches([PATHS]), { statistics: odd, exactUpTo }))
        .statistics;
      const defined = valuesAt(1).filter((x) => x >= 1);
      expect(half[1]).toMatchObject({
        count: defined.length,
        undefinedCount: PATHS - defined.length,
        min: Math.min(...defined),
      });
      const error = Math.abs(half[1].quantile(0.5) - quantile(defined, 0.5));
      expect(error).toBeLessThanOrEqual(half[1].quantileError(0.5) * (1 + 1e-12));
    }
  });

  test('without any defined value numbers are absent and quantiles are refused', async () => {
    for (const exactUpTo of [PATHS, 0]) {
      const summary = await summarize(batches([100]), { statistics: odd, exactUpTo });
      for (const name of ['none', 'infinite'] as const) {
        const law = summary.statistics[name][0];
        expect(law).toMatchObject({ count: 0, undefinedCount: 100 });
        for (const field of ['mean', 'variance', 'standardError', 'min', 'max'])
          expect(law).not.toHaveProperty(field);
        expect(() => law.quantile(0.5)).toThrow(/at least one defined value, got none of 100/);
      }
      const single = summary.statistics.one[2];
      expect(single).toMatchObject({ count: 1, mean: 1 });
      expect(single).not.toHaveProperty('variance');
      expect(single.quantile(0.3)).toBe(1);
    }
  });
});

test('a law with a single value has that quantile, from a sketch too', async () => {
  const constant = { c: () => -2.5 };
  const { c } = (await summarize(batches([50]), { statistics: constant, exactUpTo: 3 })).statistics;
  expect(c[0]).toMatchObject({ mean: -2.5, variance: 0, exact: false });
  expect(levels.map(c[0].quantile)).toEqual(levels.map(() => -2.5));
});

describe('what cannot be summarised is refused with what to do', () => {
  const good = ensemble(0, 2);
  test.each<[Ensemble[], Partial<SummarizeOptions>, RegExp]>([
    [[], {}, /at least one batch, got none/],
    [[good, good], {}, /firstPath 2, got 0/],
    [[good, ensemble(3, 1)], {}, /firstPath 2, got 3/],
    [[good, { ...ensemble(2, 1), tokens: 2 }], {}, /tokens 1, got 2/],
    [[good, { ...ensemble(2, 1), times: Float64Array.of(0, 0.25) }], {}, /times \[0, 0.25, 0.5\]/],
    [[good], { exactUpTo: -1 }, /exactUpTo/],
    [[good], { exactUpTo: 1.5 }, /exactUpTo/],
    [[good], { relativeAccuracy: 0 }, /relativeAccuracy/],
    [
      [good],
      { statistics: { x: () => 'a' as unknown as number } },
      /'x' to return a number, got string/,
    ],
  ])('%#', async (list, options, message) => {
    const asked: SummarizeOptions = { statistics, ...options };
    await expect(summarize(list, asked)).rejects.toThrow(message);
  });

  test.each([good, Promise.resolve(good), 'text', null, undefined])(
    'what holds no batches: %#',
    async (batches) => {
      await expect(summarize(batches as unknown as Ensemble[], { statistics })).rejects.toThrow(
        /^summarize: expected batches, got .*Pass simulateBatches\(…\), or \[ensemble\]/,
      );
    },
  );

  test('a probability outside [0, 1]', async () => {
    for (const exactUpTo of [10, 0]) {
      const { V } = (await summarize([good], { statistics, exactUpTo })).statistics;
      for (const p of [-0.1, 1.1, NaN]) {
        expect(() => V[0].quantile(p)).toThrow(/p in \[0, 1\]/);
        expect(() => V[0].quantileError(p)).toThrow(/p in \[0, 1\]/);
      }
    }
  });
});
