import { architecture, simulateChain, type ArchitectureOptions } from '@shaped/sde';
import { deriveSeed } from '@shaped/random';
import { describe, expect, test } from 'vitest';
import { EXIT, Failure } from '../failure.js';
import { gramMetricNames, gramMetrics } from '../metrics/index.js';
import { startMatrices } from '../network/index.js';
import { predictEnsemble } from './predict-ensemble.js';
import { predictPaths } from './predict-paths.js';
import type { PredictPlan, Theory } from './predict-plan.js';

const PATHS = 150; // three jobs, the last one not full

function planOf(theory: Theory, change: Partial<ArchitectureOptions> = {}): PredictPlan {
  const arch = architecture({ tokens: 3, width: 16, depth: 4, gamma: 0.6, ...change });
  const windows = [{ ids: [1, 2, 3] }, { ids: [4, 4, 5] }];
  return {
    theory,
    arch,
    ...startMatrices(windows, arch, { seed: 3, positions: true }),
    seed: 8,
    stopAt: 1000,
    stepsPerLayer: theory === 'sde' ? 2 : 1,
    layers: [0, 2, 4],
  };
}

describe.each(['sde', 'chain'] as const)('%s', (theory) => {
  const plan = planOf(theory);

  test('the same bits however the paths are cut into jobs and whoever works', async () => {
    const all = await predictEnsemble(plan, PATHS, { workers: 0 });
    expect(await predictEnsemble(plan, PATHS, { workers: 2 })).toEqual(all);
    expect(await predictPaths({ plan, firstPath: 0, paths: PATHS })).toEqual(all);
    const part = await predictPaths({ plan, firstPath: 77, paths: 5 });
    expect(part.final).toEqual(all.final.slice(77 * 9, 82 * 9));
    expect(part.metrics).toEqual(
      all.metrics.slice(77 * 3 * gramMetricNames.length, 82 * 3 * gramMetricNames.length),
    );
  });

  test('path p starts from window p mod windows, and the last record is the final V', async () => {
    const { metrics, final } = await predictPaths({ plan, firstPath: 0, paths: 4 });
    const stride = gramMetricNames.length;
    for (let path = 0; path < 4; path++) {
      const expected = (V: Float64Array) => {
        const values = gramMetrics(V, 3);
        return gramMetricNames.map((name) => values[name] ?? NaN);
      };
      const at = path * 3 * stride;
      expect([...metrics.slice(at, at + stride)]).toEqual(expected(plan.starts[path % 2]));
      const V = final.slice(path * 9, (path + 1) * 9);
      expect([...metrics.slice(at + 2 * stride, at + 3 * stride)]).toEqual(expected(V));
    }
  });

  test('a path that leaves |V| ≤ r stops, at a layer, and keeps its last V', async () => {
    const narrow = { ...plan, stopAt: 1.5 };
    const { stoppedAt, final } = await predictPaths({ plan: narrow, firstPath: 0, paths: PATHS });
    const stopped = Array.from(stoppedAt).filter(Number.isFinite);
    expect(stopped.length).toBeGreaterThan(10);
    expect(stopped.length).toBeLessThan(PATHS);
    for (const layer of stopped) {
      expect(layer).toBeGreaterThanOrEqual(0);
      expect(layer).toBeLessThanOrEqual(4);
      const steps = layer * plan.stepsPerLayer;
      expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-9); // rounding of k/n · n
    }
    const free = await predictPaths({ plan, firstPath: 0, paths: PATHS });
    expect(free.stoppedAt.every((layer) => layer === Infinity)).toBe(true);
    stoppedAt.forEach((layer, path) => {
      const V = final.slice(path * 9, (path + 1) * 9);
      const undisturbed = free.final.slice(path * 9, (path + 1) * 9);
      if (layer > 0) expect(Math.max(...V.map(Math.abs))).toBeLessThanOrEqual(1.5);
      if (layer === Infinity) expect(V).toEqual(undisturbed);
      else expect(V).not.toEqual(undisturbed);
    });
  });

  test('progress counts every path once', async () => {
    const counted: number[] = [];
    const progress = { advance: (by = 1) => void counted.push(by), done: () => undefined };
    await predictEnsemble(plan, PATHS, { workers: 0, progress });
    expect(counted).toEqual([64, 64, 22]);
  });

  test('an interruption ends the prediction', async () => {
    const controller = new AbortController();
    const progress = {
      advance: () => controller.abort(new Failure('Interrupted.', EXIT.interrupted)),
      done: () => undefined,
    };
    await expect(
      predictEnsemble(plan, PATHS, { workers: 0, progress, signal: controller.signal }),
    ).rejects.toMatchObject({ exitCode: EXIT.interrupted });
  });
});

test('the chain starts from the heads’ own slices where it follows them', async () => {
  const plan = planOf('chain', { heads: 2 });
  const { final } = await predictPaths({ plan, firstPath: 0, paths: 3 });
  const own = await simulateChain({
    arch: plan.arch,
    V0: (path) => (plan.startSlices as Float64Array[])[path % 2],
    paths: 3,
    seed: deriveSeed(plan.seed, 'chain'),
    recordAt: [4],
  });
  expect(final).toEqual(own.V);
  const drawn = await predictPaths({
    plan: { ...plan, startSlices: undefined },
    firstPath: 0,
    paths: 3,
  });
  expect(drawn.final).not.toEqual(final);
});

test('SDE and chain do not share their noise', async () => {
  const [sde, chain] = await Promise.all(
    (['sde', 'chain'] as const).map((theory) =>
      predictPaths({ plan: planOf(theory), firstPath: 0, paths: 2 }),
    ),
  );
  expect(sde.final).not.toEqual(chain.final);
});
