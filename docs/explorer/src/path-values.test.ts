import {
  meanCorrelation,
  meanLogVariance,
  simulateBatches,
  summarize,
  type Ensemble,
} from '@shaped/sde';
import { describe, expect, test } from 'vitest';
import { PAPER, type ExplorerState } from './explorer-state.ts';
import { PathValues } from './path-values.ts';
import { simulationPlan } from './simulation-plan.ts';
import { BAND } from './snapshot.ts';

/** Some of whose paths blow up and some collapse. */
const STATE: ExplorerState = {
  ...{ ...PAPER, gamma: 0.7, tau0: 0.6, cMinus: -16, ratio: 1, mask: 'causal' },
  ...{ tokens: 3, startRho: 0.9, stopAt: 10, paths: 256, seed: 3 },
};

async function batchesOf(state: ExplorerState): Promise<Ensemble[]> {
  const batches: Ensemble[] = [];
  for await (const batch of simulateBatches({ ...simulationPlan(state), batch: 37 })) {
    batches.push(batch);
  }
  return batches;
}

describe('what the paths show', () => {
  test('is what summarize says of them, at every time', async () => {
    const batches = await batchesOf(STATE);
    const values = new PathValues();
    for (const batch of batches) values.add(batch);
    const snapshot = values.snapshot();
    const { statistics, stopped, stoppedBy, times, events } = await summarize(batches, {
      statistics: { rho: meanCorrelation, logVariance: meanLogVariance },
    });
    expect(snapshot.paths).toBe(STATE.paths);
    expect(snapshot.times).toEqual(times);
    BAND.forEach((p, q) => {
      expect([...snapshot.rho[q]]).toEqual(statistics.rho.map((law) => law.quantile(p)));
      expect([...snapshot.logVariance[q]]).toEqual(
        statistics.logVariance.map((law) => law.quantile(p)),
      );
    });
    expect([...snapshot.blownUpBy]).toEqual(stoppedBy.map(({ fraction }) => fraction));
    expect(snapshot.blownUp).toEqual(stopped);
    expect(snapshot.projected).toBe(events.leftCone.paths / STATE.paths);
    expect(stopped.count).toBeGreaterThan(0);
    expect(stopped.count).toBeLessThan(STATE.paths);
  });

  test('counts a path as collapsed only while it has not blown up', async () => {
    const batches = await batchesOf(STATE);
    const values = new PathValues();
    for (const batch of batches) values.add(batch);
    const { collapsed, collapsedAt, blownUpBy, examples } = values.snapshot();
    let expected = 0;
    for (const { V, stoppedAt, times, paths } of batches) {
      for (let p = 0; p < paths; p++) {
        const end = V.subarray((p + 1) * times.length * 9 - 9, (p + 1) * times.length * 9);
        if (stoppedAt[p] === Infinity && meanCorrelation(end, 3) > 0.99) expected++;
      }
    }
    expect(expected).toBeGreaterThan(0);
    expect(collapsed.count).toBe(expected);
    expect(collapsedAt.at(-1)).toBe(expected / STATE.paths);
    collapsedAt.forEach((share, r) => expect(share + blownUpBy[r]).toBeLessThanOrEqual(1));
    // A path is drawn until it blows up.
    expect(examples.every(({ length }) => length > 0 && length <= collapsedAt.length)).toBe(true);
  });

  test('leaves out what is undefined, and says so', () => {
    const values = new PathValues();
    const V = Float64Array.of(1, 0.5, 0.5, 1, 1, 0, 0, 0);
    const times = Float64Array.of(0, 1);
    const stoppedAt = Float64Array.of(Infinity);
    values.add({ tokens: 2, paths: 1, firstPath: 0, times, V, stoppedAt, events: [] });
    const { rho, undefinedShare, logVariance } = values.snapshot();
    expect(rho.map((law) => [...law])).toEqual(BAND.map(() => [0.5, NaN]));
    expect(logVariance.map((law) => law[0])).toEqual(BAND.map(() => 0));
    expect(undefinedShare).toBe(1);
  });
});
