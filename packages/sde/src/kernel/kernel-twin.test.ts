import { describe, expect, test } from 'vitest';
import { architecture, type ArchitectureOptions } from '../model/architecture.js';
import {
  DECAYING_CONDITION,
  decayingCovariance,
  KINDS,
  refusal,
  relativeDifference,
  simulateKind,
  twins,
} from '../testing/engine-twins.js';

/** Odd and even, one and more blocks of the kernel's products. */
const TOKENS = [1, 2, 3, 5, 8, 33, 66];
/** Beyond what a block of the products holds: for few models, as the reference takes long. */
const MANY_TOKENS = 130;
const BLOCKED = [...KINDS.map((kind) => `whole layers, ${kind}`), 'causal, eulerMaruyama'];

const STEPS = 2;
const WIDTH = 144;

/**
 * Largest difference between the engines as a share of V's largest entry. A step is some ten products
 * and factors; the m roundings of each sum, 2^-52 with either sign, add up like √m, and a factor
 * passes them on times the condition of V. Most differences are under a tenth of it.
 */
const rounding = (m: number) => STEPS * 10 * DECAYING_CONDITION * Math.sqrt(m) * 2 ** -52;

/** Shares of τ0, or of γ where no τ0 acts, that the comparison must be able to see. */
const OFF = 1e-9;

/** A mask in no order: each query sees the next token and some others. */
const scattered = (m: number) =>
  Array.from({ length: m }, (_, a) =>
    Array.from({ length: m }, (_, b) => ((5 * a + 3 * b) % 7 < 3 || b === (a + 1) % m ? 1 : 0)),
  );
/** The same, the last query of several seeing nothing. */
const withEmptyRow = (m: number) =>
  scattered(m).map((row, a) => (a > 0 && a === m - 1 ? row.map(() => 0 as const) : row));

type Changes = (m: number) => Partial<ArchitectureOptions>;
/** Divisors of the width: as many heads as leave each fewer columns than tokens, where any do. */
const narrow = (m: number) => (m < 8 ? 72 : m < 33 ? 24 : 12);

/** Models that have an SDE and a chain. */
const SHAPED: Record<string, Changes> = {
  'whole layers': () => ({}),
  'attention alone': () => ({ activation: 'none' }),
  'MLP alone': () => ({ attention: 'none', cPlus: 0.4 }),
  causal: () => ({ mask: 'causal' }),
  'any mask': (m) => ({ mask: scattered(m) }),
  'four heads': () => ({ heads: 4 }),
  'four heads with output projection': () => ({ heads: 4, outputProjection: true }),
  'heads narrower than the tokens': (m) => ({ heads: narrow(m), mask: 'causal' }),
  'narrow heads with output projection': (m) => ({ heads: narrow(m), outputProjection: true }),
  'a head width below the tokens': () => ({ headWidth: 2 }),
  'gains off one': () => ({ gamma1Shift: 1, gamma2Shift: -2 }),
  'gains off one, causal': () => ({ gamma1Shift: 1, gamma2Shift: -2, mask: 'causal' }),
  'both slopes': () => ({ cPlus: 0.7, cMinus: -1.3, heads: 2, headWidth: 9 }),
  tanh: () => ({ activation: 'shapedSmooth', smooth: 'tanh' }),
  gelu: () => ({ activation: 'shapedSmooth', smooth: 'gelu', a: 0.2, mask: 'causal' }),
  silu: () => ({ activation: 'shapedSmooth', smooth: 'silu', heads: 2 }),
  softplus: () => ({ activation: 'shapedSmooth', smooth: 'softplus', attention: 'none' }),
};

/** Models that are solved but refused as networks. */
const SDE_ALONE: Record<string, Changes> = {
  'a query without keys': (m) => ({ mask: withEmptyRow(m) }),
  'a query without keys, gains off one': (m) => ({
    ...{ mask: withEmptyRow(m), gamma1Shift: 1, gamma2Shift: -2 },
  }),
};

/** Networks without a limit. */
const CHAIN_ALONE: Record<string, Changes> = {
  'plain ReLU after shaped attention': () => ({ activation: 'relu' }),
  'softmax before a shaped ReLU': () => ({ attention: 'softmax', mask: 'causal' }),
  'softmax before tanh': () => ({ attention: 'softmax', activation: 'shapedSmooth' }),
  unshaped: () => ({ block: 'unshaped' }),
  'unshaped, any mask': (m) => ({ block: 'unshaped', mask: scattered(m), heads: 3 }),
  preLN: () => ({ block: 'preLN', norm: 'rms', mask: 'causal' }),
  'preLN, heads': () => ({ block: 'preLN', norm: 'rms', heads: 2 }),
  'preLN without norm': () => ({ block: 'preLN', norm: 'none' }),
  'preLN, shaped': () => ({ ...{ block: 'preLN', norm: 'rms' }, attention: 'shaped' }),
  postLN: () => ({ block: 'postLN', norm: 'rms' }),
  'postLN, heads': () => ({ block: 'postLN', norm: 'rms', heads: 2 }),
  'postLN, output projection': () => ({
    ...{ block: 'postLN', norm: 'rms', heads: 2, outputProjection: true },
  }),
  depthScaled: () => ({ block: 'depthScaled', heads: 2 }),
  'depthScaled, tanh': () => ({ block: 'depthScaled', activation: 'shapedSmooth' }),
};

const sdeKinds = KINDS.filter((kind) => kind !== 'chain');
const cases = [
  ...Object.entries(SHAPED).flatMap(([name, changes]) =>
    KINDS.map((kind) => [name, kind, changes] as const),
  ),
  ...Object.entries(SDE_ALONE).flatMap(([name, changes]) =>
    sdeKinds.map((kind) => [name, kind, changes] as const),
  ),
  ...Object.entries(CHAIN_ALONE).map(([name, changes]) => [name, 'chain', changes] as const),
];

function optionsOf(changes: Changes, m: number): ArchitectureOptions {
  const changed = changes(m);
  const free = changed.block === undefined || changed.block === 'unshaped';
  const common = { tokens: m, width: WIDTH, depth: STEPS, tau0: 0.35 };
  return { ...common, ...(free ? { gamma: 0.4 } : {}), ...changed };
}

/** The same network with one coefficient a little off; undefined where neither acts. */
function slightlyOff(options: ArchitectureOptions): ArchitectureOptions | undefined {
  const { tokens, attention, gamma, tau0 = 1 } = options;
  // Softmax over one key is 1 at any temperature.
  if (attention !== 'none' && tokens > 1) return { ...options, tau0: tau0 * (1 + OFF) };
  return gamma === undefined ? undefined : { ...options, gamma: gamma * (1 + OFF) };
}

describe('the kernel is the twin of the reference', () => {
  test.each(cases)('%s, %s', async (name, kind, changes) => {
    for (const m of BLOCKED.includes(`${name}, ${kind}`) ? [...TOKENS, MANY_TOKENS] : TOKENS) {
      const options = optionsOf(changes, m);
      const arch = architecture(options);
      const how = {
        ...{ V0: decayingCovariance(m), seed: 3, steps: STEPS, recordAt: [1, STEPS] },
        // A whole tile and a path of another, or one path where they are dear. Steps that stay within
        // the cone, as a V on its boundary has a factor to half the digits alone.
        ...{ paths: m < 33 ? 5 : 1, dt: 1 / ((kind === 'gramStep' ? 2 : 8) * Math.max(m, 8)) },
      };
      const { kernel, reference } = await twins(kind, arch, how);
      expect(relativeDifference(kernel.V, reference.V), `${m} tokens`).toBeLessThan(rounding(m));
      expect({ ...kernel, V: reference.V }).toEqual(reference);
      expect(reference.events).toEqual([]);
      const off = slightlyOff(options);
      if (off === undefined) continue;
      const { V } = await simulateKind(kind, architecture(off), { ...how, engine: 'kernel' });
      expect(relativeDifference(V, reference.V), `${m}, off`).toBeGreaterThan(rounding(m));
    }
  });

  test.each(Object.entries(SHAPED))('%s, steps halved again and again', async (_, changes) => {
    for (const m of [1, 3, 8, 66]) {
      const arch = architecture(optionsOf(changes, m));
      const how = {
        ...{ V0: decayingCovariance(m), seed: 3, steps: 8, refines: 1, recordAt: [1, 8] },
        ...{ paths: m < 33 ? 5 : 1, dt: 1 / (8 * Math.max(m, 8)) },
      };
      const { kernel, reference } = await twins('eulerMaruyama', arch, how);
      // Four times the steps that the bound is for.
      expect(relativeDifference(kernel.V, reference.V), `${m} tokens`).toBeLessThan(
        4 * rounding(m),
      );
      const { V } = await simulateKind('eulerMaruyama', arch, {
        ...how,
        refines: 2,
        engine: 'kernel',
      });
      expect(relativeDifference(V, reference.V), `${m}, another path`).toBeGreaterThan(0.01);
    }
  });

  test('of every model: none is refused', () => {
    const refused = cases.filter(
      ([, kind, changes]) => refusal(kind, architecture(optionsOf(changes, 3))) !== undefined,
    );
    expect(refused).toEqual([]);
  });
});
