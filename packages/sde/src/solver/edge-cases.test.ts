import { describe, expect, test } from 'vitest';
import { cholesky } from '../covariance/cholesky.js';
import type { Ensemble } from '../ensemble/ensemble.js';
import { architecture } from '../model/architecture.js';
import { transformerSde } from '../model/transformer-sde.js';
import { meanCorrelation, meanLogVariance } from '../summary/covariance-statistics.js';
import { summarize } from '../summary/summarize.js';
import { equicorrelated } from '../testing/reference-point.js';
import { extrapolate } from './extrapolate.js';
import { simulate, type SimulateOptions } from './simulate.js';

const solvers = ['eulerMaruyama', 'gramStep'] as const;
const m = 3;
const arch = architecture({ tokens: m, width: 64, depth: 1, gamma: 0.6, tau0: 0.5, heads: 2 });
const options: SimulateOptions = {
  arch,
  V0: equicorrelated(m, 0.2),
  ...{ time: 0.5, steps: 10, paths: 6, seed: 8, recordAt: [0, 5, 10] },
};

/** Nothing is NaN, every V is symmetric and in the cone, events and stopping times agree. */
function expectSound({ V, stoppedAt, events, times }: Ensemble) {
  expect(V.every(Number.isFinite)).toBe(true);
  const L = new Float64Array(m * m);
  for (let i = 0; i < V.length; i += m * m) {
    const at = V.subarray(i, i + m * m);
    for (let a = 0; a < m; a++)
      for (let b = 0; b < a; b++) expect(at[a * m + b]).toBe(at[b * m + a]);
    expect(cholesky(at, m, L)).toBeLessThan(1e-5);
  }
  for (const time of stoppedAt)
    expect(time >= 0 && (time <= times[2] || time === Infinity)).toBe(true);
  for (const { kind, path, time, count } of events) {
    expect(count).toBeGreaterThanOrEqual(1);
    if (kind === 'nonFinite') expect(stoppedAt[path]).toBe(time);
  }
}

const summaryOf = (ensemble: Ensemble) =>
  summarize([ensemble], { statistics: { rho: meanCorrelation, log: meanLogVariance } });

describe.each(solvers)('%s: extreme starts give events and stops, never NaN', (solver) => {
  test.each([1e160, 1e300])('an overflow within the first step keeps V0 = %d V', async (scale) => {
    const V0 = equicorrelated(m, 0.2).map((x) => scale * x);
    const ensemble = await simulate({ ...options, solver, V0 });
    expectSound(ensemble);
    const left = ensemble.events.filter(({ kind }) => kind === 'nonFinite');
    if (solver === 'eulerMaruyama') expect(left).toHaveLength(6);
    for (const { path, time, count } of left) {
      expect([time, count]).toEqual([0.05, 1]);
      for (const record of [1, 2]) {
        const at = (3 * path + record) * m * m;
        expect(ensemble.V.subarray(at, at + m * m)).toEqual(V0);
      }
    }
  });

  test('paths that start beyond r stop at time 0, all of them, and take no step', async () => {
    const ensemble = await simulate({ ...options, solver, stopAt: 0.99 });
    expectSound(ensemble);
    expect([...ensemble.stoppedAt]).toEqual(Array(6).fill(0));
    expect(ensemble.events).toEqual([]);
    for (let i = 0; i < ensemble.V.length; i += m * m)
      expect(ensemble.V.subarray(i, i + m * m)).toEqual(options.V0);
    const { stopped, stoppedBy, stoppingTimes, statistics } = await summaryOf(ensemble);
    expect(stopped).toMatchObject({ fraction: 1, count: 6 });
    expect(stoppedBy.map(({ fraction }) => fraction)).toEqual([1, 1, 1]);
    expect(stoppingTimes).toMatchObject({ count: 6, mean: 0, variance: 0, min: 0, max: 0 });
    expect(statistics.rho[2]).toMatchObject({ count: 6, variance: 0 });
  });

  test('a V0 exactly at r goes on', async () => {
    const { stoppedAt } = await simulate({
      ...options,
      solver,
      stopAt: 1,
      steps: 6,
      recordAt: [6],
    });
    expect(stoppedAt.every((time) => time > 0)).toBe(true);
  });

  const singular: [string, Float64Array][] = [
    ['all tokens equal', equicorrelated(m, 1)],
    ['opposite tokens', Float64Array.of(1, -1, 0.2, -1, 1, -0.2, 0.2, -0.2, 1)],
    ['a token of zero norm', Float64Array.of(1, 0, 0.3, 0, 0, 0, 0.3, 0, 1)],
    ['no token at all', new Float64Array(m * m)],
  ];
  test.each(singular)('a singular V0: %s', async (_, V0) => {
    const ensemble = await simulate({ ...options, solver, V0, stopAt: 1e6 });
    expectSound(ensemble);
    for (let i = 0; i < ensemble.V.length; i += m * m) {
      const V = ensemble.V.subarray(i, i + m * m);
      // A token without norm stays without; everything stays zero where nothing is.
      for (let a = 0; a < m; a++) if (V0[a * m + a] === 0) expect(V[a * m + a]).toBe(0);
    }
    // What a token of zero norm leaves undefined is counted, not averaged.
    const { statistics } = await summaryOf(ensemble);
    const undefinedAt = V0[4] === 0 ? 6 : 0;
    for (const law of [...statistics.rho, ...statistics.log]) {
      expect(law.undefinedCount).toBe(undefinedAt);
      expect(Object.values(law).some(Number.isNaN)).toBe(false);
    }
  });

  test('an extrapolation of stopped paths is theirs; of undefined ones it is refused', async () => {
    const { recordAt: _, ...rest } = options;
    const functionals = { rho: meanCorrelation };
    const stopped = await extrapolate({ ...rest, solver, functionals, stopAt: 0.5 });
    expect(stopped.functionals.rho).toMatchObject({ standardError: 0, stepError: 0 });
    const V0 = new Float64Array(m * m);
    await expect(extrapolate({ ...rest, solver, functionals, V0 })).rejects.toThrow(
      /'rho' to be finite on every path, got NaN on path 0/,
    );
  });
});

test('a path that overflows later is counted once, with its time, in the summary', async () => {
  const big = equicorrelated(m, 0.2).map((x) => 1e3 * x);
  const ensemble = await simulate({
    ...options,
    model: transformerSde(arch),
    arch: undefined,
    V0: big,
    time: 4,
  });
  expectSound(ensemble);
  const { events, stopped, stoppingTimes } = await summaryOf(ensemble);
  expect(events.nonFinite.paths).toBeGreaterThan(0);
  expect(events.nonFinite.paths).toBe(stopped.count);
  expect(events.nonFinite.steps).toBe(stopped.count);
  expect(Number(stoppingTimes.min)).toBeGreaterThan(0);
  expect(Number(stoppingTimes.max)).toBeLessThanOrEqual(4);
});
