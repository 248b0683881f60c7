import { beforeAll, describe, expect, test } from 'vitest';
import type { Ensemble } from '../ensemble/ensemble.js';
import { architecture, type ArchitectureOptions } from '../model/architecture.js';
import { confirm, reject } from '../testing/evidence.js';
import { equicorrelated } from '../testing/reference-point.js';
import { simulateChain } from './simulate-chain.js';

const small = architecture({ tokens: 3, width: 16, depth: 6, gamma: 0.6, heads: 2 });
const V0 = equicorrelated(3, 0.2);

describe('paths are addressed by their absolute index', () => {
  let whole: Ensemble;
  beforeAll(async () => {
    whole = await simulateChain({ arch: small, V0, paths: 10, seed: 5, recordAt: [0, 3, 6] });
  });

  test('any split into batches gives the same bits', async () => {
    for (const [firstPath, paths] of [
      [7, 3],
      [0, 4],
      [4, 3],
    ]) {
      const part = await simulateChain({
        arch: small,
        V0,
        paths,
        firstPath,
        seed: 5,
        recordAt: [0, 3, 6],
      });
      const from = firstPath * 27;
      expect(part.V).toEqual(whole.V.subarray(from, from + part.V.length));
      expect(part.firstPath).toBe(firstPath);
    }
  });

  test('what is recorded does not change what happens', async () => {
    const last = await simulateChain({ arch: small, V0, paths: 10, seed: 5, recordAt: [6] });
    for (let p = 0; p < 10; p++) {
      expect(last.V.subarray(p * 9, p * 9 + 9)).toEqual(whole.V.subarray(p * 27 + 18, p * 27 + 27));
    }
  });

  test('another seed or path gives another V, time is layer over width', async () => {
    const other = await simulateChain({ arch: small, V0, paths: 10, seed: 6, recordAt: [0, 3, 6] });
    expect(other.V[9]).not.toBe(whole.V[9]);
    expect(whole.V[9]).not.toBe(whole.V[36]);
    expect([...whole.times]).toEqual([0, 3 / 16, 6 / 16]);
  });

  test('V0 for all, a V0 a path, and a function of the path agree', async () => {
    const doubled = V0.map((x) => 2 * x);
    const each = Float64Array.from([...V0, ...doubled]);
    const options = { arch: small, paths: 2, seed: 5 };
    const given = await simulateChain({ ...options, V0: each });
    const asked = await simulateChain({ ...options, V0: (path) => (path === 0 ? V0 : doubled) });
    expect(asked).toEqual(given);
    expect(given.V.subarray(0, 18)).toEqual(
      (await simulateChain({ ...options, V0 })).V.subarray(0, 18),
    );
    const slices = Float64Array.from([...V0.map((x) => x / 4), ...V0.map((x) => (3 * x) / 4)]);
    const sliced = await simulateChain({ ...options, V0: () => slices });
    sliced.V.subarray(0, 9).forEach((x, i) => expect(x).toBeCloseTo(V0[i], 14));
  });
});

test('a path that leaves |V| ≤ r stops there with its last V and its layer', async () => {
  const arch = architecture({ tokens: 2, width: 8, depth: 40, block: 'preLN', norm: 'rms' });
  const recordAt = Array.from({ length: 41 }, (_, l) => l);
  const { V, stoppedAt, times } = await simulateChain({
    arch,
    V0: equicorrelated(2, 0.2),
    paths: 5,
    seed: 1,
    stopAt: 10,
    recordAt,
  });
  for (let p = 0; p < 5; p++) {
    const stop = [...times].indexOf(stoppedAt[p]);
    expect(stop).toBeGreaterThan(0);
    const at = (l: number) => V.subarray((p * 41 + l) * 4, (p * 41 + l + 1) * 4);
    for (let l = stop; l <= 40; l++) expect(at(l)).toEqual(at(stop - 1));
    for (let l = 0; l <= 40; l++) expect(Math.max(...at(l))).toBeLessThanOrEqual(10);
  }
});

test('overflow is an event and a stop, never a NaN', async () => {
  const arch = architecture({ tokens: 2, width: 32, depth: 800, block: 'preLN', norm: 'none' });
  const ensemble = await simulateChain({ arch, V0: equicorrelated(2, 0.2), paths: 2, seed: 1 });
  expect(ensemble.events.map(({ path, kind }) => [path, kind])).toEqual([
    [0, 'nonFinite'],
    [1, 'nonFinite'],
  ]);
  expect(ensemble.events[0].time).toBe(ensemble.stoppedAt[0]);
  expect(ensemble.V.every(Number.isFinite)).toBe(true);
});

describe('impossible options are refused', () => {
  const options = { arch: small, V0, paths: 2, seed: 1 };
  test.each([
    [{ paths: 0 }, /paths to be a positive integer, got 0/],
    [{ firstPath: -1 }, /firstPath/],
    [{ stopAt: NaN }, /stopAt/],
    [{ recordAt: [3, 1] }, /ascending step indices in \[0, 6\], got \[3, 1\]/],
    [{ recordAt: [7] }, /recordAt/],
    [{ recordAt: [] }, /recordAt/],
    [{ V0: new Float64Array(4) }, /V0 of 9 or 2 × 9 numbers, got 4/],
    [{ V0: () => new Float64Array(4) }, /V0\(0\) of 9 or 18 numbers, got 4/],
    [{ seed: 0.5 }, /safe integer/],
  ])('%j', async (wrong, message) => {
    await expect(simulateChain({ ...options, ...wrong })).rejects.toThrow(message);
  });

  test('an aborted signal stops before the next batch, with its reason', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const done: number[] = [];
    const onProgress = (count: number) => {
      done.push(count);
      if (count === 4) controller.abort(new Error('enough'));
    };
    await expect(
      simulateChain({ ...options, paths: 9, batch: 2, signal, onProgress }),
    ).rejects.toThrow(/^enough$/);
    expect(done).toEqual([2, 4]);
  });
});

// docs/theory.md, section 5: mean off-diagonal correlation, m = 8, n = 200, V0 off-diagonal 0.2. Seeded.
// Each mean must lie within 4.5 standard errors and the printed digit of the table's value
// (family-wise alpha 1e-4 over the rows).
describe('rank collapse: every block kind loses or keeps rank as tabulated', () => {
  const paths = 48;
  const size = { tokens: 8, width: 200, depth: 150 };
  const V8 = equicorrelated(8, 0.2);
  const { SQRT1_2 } = Math;

  const meanRho = (V: Float64Array) => {
    let sum = 0;
    for (let a = 0; a < 8; a++) {
      for (let b = 0; b < 8; b++) {
        if (a !== b) sum += V[a * 8 + b] / Math.sqrt(V[a * 9] * V[b * 9]) / 56;
      }
    }
    return sum;
  };

  test.each<[string, Partial<ArchitectureOptions>, number, number, number]>([
    ['shaped', {}, 150, 0.19, 0.005],
    ['unshaped', { block: 'unshaped' }, 20, 0.913, 0.0005],
    ['unshaped', { block: 'unshaped' }, 150, 1, 0.0005],
    ['unshaped at λ = γ', { block: 'unshaped', gamma: SQRT1_2 }, 5, 0.95, 0.0005],
    ['pre-norm', { block: 'preLN', norm: 'rms' }, 150, 0.953, 0.0005],
    ['depth-scaled', { block: 'depthScaled' }, 150, 0.42, 0.005],
    ['shaped attention, plain ReLU', { activation: 'relu' }, 150, 0.935, 0.0005],
    ['plain softmax, shaped ReLU', { attention: 'softmax' }, 150, 1, 0.0005],
  ])('%s at layer %#', async (_, options, layer, expected, digit) => {
    const arch = architecture({ ...size, ...options });
    // The depth-scaled block's γ belongs to depth 150; the others may stop at the layer asked for.
    const run = architecture({ ...arch, depth: arch.block === 'depthScaled' ? 150 : layer });
    const { V } = await simulateChain({ arch: run, V0: V8, paths, seed: 11, recordAt: [layer] });
    const rho = Array.from({ length: paths }, (_, p) => meanRho(V.subarray(p * 64, (p + 1) * 64)));
    const mean = rho.reduce((sum, x) => sum + x, 0) / paths;
    const variance = rho.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (paths - 1);
    const error = Math.sqrt(variance / paths);
    const gap = (of: number) => Math.abs(mean - of) / (4.5 * error + digit);
    confirm('collapse of the baselines', gap(expected), 1, 'tolerances');
    // The row is told apart from a network that keeps its initial 0.2, or from one that collapses.
    const [wrong, what] = expected > 0.4 ? [0.2, 'rank kept'] : [0.9, 'rank lost'];
    reject('collapse of the baselines', what, gap(wrong), 1, 'tolerances');
  });
});
