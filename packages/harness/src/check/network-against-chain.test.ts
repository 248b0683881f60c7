import { architecture, type ArchitectureOptions } from '@shaped/sde';
import { describe, expect, test } from 'vitest';
import type { NegativeControl } from '../network/index.js';
import { probeNetwork } from '../probe/probe-network.js';
import type { ProbePlan } from '../probe/probe-plan.js';
import { confirm, reject } from '../testing/evidence.js';
import { judge, type Finding } from './finding.js';
import { oneStepResiduals, type OneStepJob } from './one-step.js';
import { RESIDUAL_TESTS, residualTests } from './residual-tests.js';

// The seeds are fixed, so a verdict never changes; over seeds a right network would fail with
// probability 1 % a case, Holm over its 24 tests.
const ALPHA = 0.01;
const DRAWS = 20;

/** The one-step verdict on real tfjs networks of an architecture, against its exact chain. */
async function findings(
  options: ArchitectureOptions,
  {
    control = 'none',
    ids = [5, 9, 2, 7],
    positions = true,
    networks = 24,
  }: { control?: NegativeControl; ids?: number[]; positions?: boolean; networks?: number } = {},
): Promise<Finding[]> {
  const arch = architecture(options);
  const plan: ProbePlan = {
    arch,
    negativeControl: control,
    backend: 'wasm',
    seed: 2306,
    positions,
    windows: [{ ids, text: '' }],
    networks,
    gradients: 0,
    keepMatrices: true,
  };
  const results = [];
  for (let network = 0; network < networks; network++) {
    const { matrices } = await probeNetwork({ plan, network });
    const job = { arch, seed: 17759, network, draws: DRAWS, sde: false, ...matrices } as OneStepJob;
    results.push(oneStepResiduals(job));
  }
  return judge(residualTests(results, arch.depth, DRAWS, ALPHA / RESIDUAL_TESTS), ALPHA);
}

const base: ArchitectureOptions = {
  block: 'shaped',
  tokens: 4,
  width: 32,
  depth: 12,
  gamma: 0.5,
  tau0: 0.7,
  cPlus: 0.3,
  cMinus: -1.2,
};

const PROJECTED = { heads: 2, outputProjection: true } as const;

/** Digits of the smallest p-value, Holm over the tests. */
const digits = (all: Finding[]) =>
  -Math.log10(Math.min(...all.map(({ adjustedPValue }) => adjustedPValue)));

const failed = (all: Finding[]) =>
  all.filter(({ verdict }) => verdict === 'FAIL').map(({ quantity }) => quantity);

describe('every step of a real network has the law of the exact chain', () => {
  test.each<[string, Partial<ArchitectureOptions>]>([
    ['shaped', {}],
    ['causal', { mask: 'causal' }],
    ['two heads writing their own columns', { heads: 2 }],
    ['two heads under an output projection', { heads: 2, outputProjection: true }],
    ['narrow heads', { heads: 1, headWidth: 5 }],
    ['plain ReLU in a shaped block', { activation: 'relu' }],
    ['no identity', { gamma1Shift: -32 }],
    ['no identity, two heads under an output projection', { gamma1Shift: -32, ...PROJECTED }],
    ['no centring', { gamma2Shift: -32 }],
    ['gains 0.5 and 0.75', { gamma1Shift: -16, gamma2Shift: -8, mask: 'causal' }],
    ['plain softmax in a shaped block', { attention: 'softmax' }],
    ['unshaped', { block: 'unshaped' }],
    ['depthScaled', { block: 'depthScaled', gamma: undefined }],
    ['preLN with rms norm', { block: 'preLN', norm: 'rms', gamma: undefined }],
    ['postLN with rms norm', { block: 'postLN', norm: 'rms', gamma: undefined }],
  ])('%s', async (_, change) => {
    const all = await findings({ ...base, ...change });
    expect(failed(all)).toEqual([]);
    confirm('tfjs networks', digits(all), -Math.log10(ALPHA), 'p');
  });

  test('a window that repeats a token, without positions: V0 is singular', async () => {
    const all = await findings(base, { ids: [5, 9, 5, 7], positions: false });
    expect(failed(all)).toEqual([]);
  });
});

describe('a wrong network is seen, and where it is wrong', () => {
  test.each<[NegativeControl, RegExp]>([
    ['centring', /mixing/],
    ['tau0', /mixing/],
    ['cMinus', /activation/],
    ['normalizer', /mlp/],
    ['gamma', /attention|mlp/],
  ])('%s', async (control, where) => {
    const all = await findings(base, { control, networks: 48 });
    expect(failed(all).join()).toMatch(where);
    reject('tfjs networks', control, digits(all), -Math.log10(ALPHA), 'p');
  });
});
