import { architecture } from '@shaped/sde';
import { beforeAll, describe, expect, test } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { buildBlocks, embedWindow, falsified } from '../network/index.js';
import { measureNetwork, reseedNetwork } from '../probe/index.js';
import { oneStepResiduals, type OneStepResult } from './one-step.js';
import { RESIDUAL_TESTS, residualProfiles, residualTests } from './residual-tests.js';

const DRAWS = 16;
const DEPTH = 5;
const WRONG_LAYER = 3;
const NETWORKS = 150;
const arch = architecture({
  tokens: 4,
  width: 32,
  depth: DEPTH,
  gamma: 0.5,
  tau0: 0.7,
  cMinus: -1.2,
});

let results: OneStepResult[];

/** Networks in which one layer has another c₋. */
beforeAll(async () => {
  await selectBackend('wasm');
  const blocks = buildBlocks(arch, 1);
  const wrong = buildBlocks(falsified(arch, 'cMinus'), 1);
  blocks[WRONG_LAYER - 1] = wrong[WRONG_LAYER - 1];
  for (const block of blocks) block.build([1, arch.tokens, arch.width]);
  const X0 = embedWindow([5, 9, 2, 7], { width: arch.width, seed: 1, positions: true });
  results = Array.from({ length: NETWORKS }, (_item, network) => {
    reseedNetwork(blocks, 11, network);
    const { scores: _, ...matrices } = measureNetwork(blocks, arch, X0);
    return oneStepResiduals({ arch, seed: 5, network, draws: DRAWS, sde: true, ...matrices });
  });
  for (const block of blocks) block.dispose();
});

describe('residualProfiles', () => {
  test('show a wrong layer where it is, in the stage that is wrong', () => {
    const profiles = residualProfiles(results, DEPTH, DRAWS, false);
    const z = profiles.map((p) => ({ ...p, z: Math.abs(p.drift / p.driftStandardError) }));
    const largest = z.reduce((best, p) => (p.z > best.z ? p : best));
    expect(largest).toMatchObject({ stage: 'activation', layer: WRONG_LAYER });
    expect(largest.z).toBeGreaterThan(8);
    // Elsewhere nothing: 48 right places, four standard errors, alpha = 3e-3 at a fixed seed.
    const elsewhere = z.filter(({ layer }) => layer !== WRONG_LAYER);
    expect(elsewhere).toHaveLength(4 * 3 * (DEPTH - 1));
    expect(Math.max(...elsewhere.map((p) => p.z))).toBeLessThan(4);
  });

  test('hold one row a stage, quantity and layer; whole layers against the SDE on request', () => {
    expect(residualProfiles(results, DEPTH, DRAWS, false)).toHaveLength(4 * 3 * DEPTH);
    const withSde = residualProfiles(results, DEPTH, DRAWS, true);
    expect(withSde).toHaveLength(5 * 3 * DEPTH);
    expect(withSde.filter(({ stage }) => stage === 'layer').map(({ layer }) => layer)).toEqual(
      [1, 2, 3].flatMap(() => [1, 2, 3, 4, 5]),
    );
  });
});

describe('residualTests', () => {
  const result = (change: Partial<OneStepResult> = {}): OneStepResult => ({
    rank: new Float64Array(15).map((_, i) => i % (DRAWS + 1)),
    residual: new Float64Array(15).fill(0.1),
    variance: new Float64Array(15).fill(0.01),
    ...change,
  });

  test('measure drift in standard deviations of a step and diffusion as ln of a variance ratio', () => {
    const all = residualTests([result(), result()], 1, DRAWS, 0.01);
    expect(all).toHaveLength(RESIDUAL_TESTS);
    expect(all[0]).toMatchObject({ quantity: 'mixing: drift of norm', unit: 'sd of a step' });
    expect(all[0].effect).toBeCloseTo(1, 12); // 0.1/√0.01
    // The mean of R draws adds variance/R: E residual² = variance (1 + 1/R) for equal laws.
    expect(all[1].effect).toBeCloseTo(Math.log(DRAWS / (DRAWS + 1)), 12);
  });

  test('leave out what neither side moves', () => {
    const still = result({
      residual: new Float64Array(15).fill(1e-7),
      variance: new Float64Array(15),
    });
    expect(residualTests([still, still], 1, DRAWS, 0.01)).toEqual([]);
    expect(residualProfiles([still, still], 1, DRAWS, true)).toEqual([]);
  });

  test('stay finite where the theory stands still and the network moves', () => {
    const wrong = result({ variance: new Float64Array(15) });
    for (const { effect } of residualTests([wrong, wrong], 1, DRAWS, 0.01)) {
      expect(Number.isFinite(effect)).toBe(true);
      expect(Math.abs(effect)).toBeGreaterThan(10);
    }
  });

  test('the detectable effect shrinks like 1/√layers and grows as the level falls', () => {
    const few = residualTests(new Array(4).fill(result()), 1, DRAWS, 0.01)[0].detectable;
    const many = residualTests(new Array(16).fill(result()), 1, DRAWS, 0.01)[0].detectable;
    const strict = residualTests(new Array(4).fill(result()), 1, DRAWS, 0.0001)[0].detectable;
    expect(few / many).toBeCloseTo(2, 12);
    expect(strict).toBeGreaterThan(few);
  });
});
