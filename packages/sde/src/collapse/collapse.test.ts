import { describe, expect, test } from 'vitest';
import { architecture, type ArchitectureOptions } from '../model/architecture.js';
import { confirm, reject } from '../testing/evidence.js';
import golden from '../testing/golden/collapse.json' with { type: 'json' };
import { equicorrelated, unevenCovariance } from '../testing/reference-point.js';
import { collapseLayer, type CollapseCurve } from './collapse-curve.js';
import { collapseOde } from './collapse-ode.js';
import { collapseRecursion } from './collapse-recursion.js';
import { reluCorrelation } from './relu-gram.js';

const cases = golden.map((c) => {
  const { architecture: options, ...rest } = c;
  const size = { tokens: 2, width: 64 };
  return { ...rest, options: { ...size, ...options } as unknown as ArchitectureOptions };
});

/** 32 replicas of 1,024 mirrored matrices; the seeds are fixed. */
const sample = { seed: 21, draws: 1024, replicas: 32 };

/** Student's t with 31 degrees of freedom at 1e-5, two-sided. */
const T31 = 5.25;

/** The largest standard error of ρ in these cases: agreement is to 1 or 2 %. */
const LARGEST_ERROR = 3e-3;

/** Rounding of a dozen layers, for what no random matrix enters. */
const ROUNDING = 1e-9;

/** Global error of ρ at 24 steps of order 4, seen against DOP853. */
const RUNGE_KUTTA = 1e-7;

const rhoOf = (V: ArrayLike<number>, record: number) => {
  const at = 4 * record;
  return V[at + 1] / Math.sqrt(V[at] * V[at + 3]);
};

/** Largest gap of ρ to the golden curve, in tolerances. */
function largestGap({ rho, rhoError }: CollapseCurve, expected: readonly number[]): number {
  expect(4 * rho.length).toBe(expected.length);
  let worst = 0;
  rho.forEach((value, record) => {
    const gap = Math.abs(value - rhoOf(expected, record));
    worst = Math.max(worst, gap / (T31 * rhoError[record] + ROUNDING));
  });
  return worst;
}

describe('two tokens, against quadrature (tools/golden/collapse.py)', () => {
  test.each(cases)('recursion: $name', ({ options, V0, recursion }) => {
    const arch = architecture(options);
    const curve = collapseRecursion({ arch, V0: Float64Array.from(V0), ...sample });
    confirm('collapse recursion', largestGap(curve, recursion), 1, 'tolerances');
    // The error it claims is small: the agreement means something.
    expect(Math.max(...curve.rhoError)).toBeLessThan(LARGEST_ERROR);
  });

  test.each(cases.filter(({ ode }) => ode !== null))('ODE: $name', (c) => {
    const curve = collapseOde({
      arch: architecture(c.options),
      V0: Float64Array.from(c.V0),
      steps: c.steps * 4,
      ...sample,
    });
    const every = { ...curve, rho: curve.rho.filter((_, i) => i % 4 === 0) };
    const rhoError = curve.rhoError.filter((_, i) => i % 4 === 0).map((e) => e + RUNGE_KUTTA);
    const gap = largestGap({ ...every, rhoError }, c.ode as number[]);
    confirm('collapse ode', gap, 1, 'tolerances');
    expect(Math.max(...curve.rhoError)).toBeLessThan(LARGEST_ERROR);
  });

  test('another temperature, mask, weight or branch is told apart', () => {
    const [unshaped] = cases;
    const wrong: [string, Partial<ArchitectureOptions>][] = [
      ['τ0 1.5 for 1', { tau0: 1.5 }],
      ['another mask', { mask: 'causal' }],
      ['γ 0.54 for 0.5', { gamma: 0.54 }],
      ['no ReLU', { activation: 'none' }],
      ['no attention', { attention: 'none' }],
      ['the shaped ReLU’s kernel', { activation: 'shapedRelu' }],
    ];
    for (const [name, change] of wrong) {
      const arch = architecture({ ...unshaped.options, ...change });
      const V0 = Float64Array.from(unshaped.V0);
      const curve = collapseRecursion({ arch, V0, ...sample });
      const gap = largestGap(curve, unshaped.recursion);
      reject('collapse recursion', name, gap, 1, 'tolerances');
    }
  });

  test('an ODE that decays twice as fast, another branch, or the recursion itself is told apart', () => {
    const [c] = cases;
    const gapOf = (change: Partial<ArchitectureOptions>, time = 1) => {
      const arch = architecture({ ...c.options, ...change });
      const options = { V0: Float64Array.from(c.V0), steps: c.steps, ...sample };
      const depth = arch.depth * time;
      const curve = collapseOde({ arch: architecture({ ...arch, depth }), ...options });
      const rhoError = curve.rhoError.map((e) => e + RUNGE_KUTTA);
      return largestGap({ ...curve, rhoError }, c.ode as number[]);
    };
    const refuse = (wrong: string, gap: number) =>
      reject('collapse ode', wrong, gap, 1, 'tolerances');
    refuse('s twice as fast', gapOf({}, 2));
    refuse('no ReLU', gapOf({ activation: 'none' }));
    refuse('τ0 1.5 for 1', gapOf({ tau0: 1.5 }));
    // γ = 1/2 is no small branch: the recursion at the layers of the ODE's records.
    const arch = architecture(c.options);
    const curve = collapseRecursion({ arch, V0: Float64Array.from(c.V0), ...sample });
    const every = (x: Float64Array) => x.filter((_, layer) => layer % 2 === 0);
    const at = { ...curve, rho: every(curve.rho), rhoError: every(curve.rhoError) };
    refuse('the recursion at γ = 1/2', largestGap(at, c.ode as number[]));
  });
});

describe('where no random matrix enters', () => {
  const V0 = equicorrelated(3, 0.2);
  const relu = { tokens: 3, width: 64, block: 'unshaped', attention: 'none' } as const;
  const curveOf = (gamma: number, depth: number) =>
    collapseRecursion({ arch: architecture({ ...relu, gamma, depth }), V0, seed: 1 });

  test('the recursion tends to the ODE like γ² at fixed γ² · layers', () => {
    const arch = architecture({ ...relu, gamma: 0.5, depth: 40 });
    const limit = collapseOde({ arch, V0, seed: 1 }).rho[64];
    const gap = (halvings: number) => {
      const depth = 40 * 2 ** halvings;
      return limit - curveOf(0.5 * 2 ** (-halvings / 2), depth).rho[depth];
    };
    expect(gap(2) / gap(3)).toBeCloseTo(2, 1);
    expect(Math.abs(gap(6))).toBeLessThan(1e-4);
  });

  test('the ODE is solved with order 4', () => {
    const arch = architecture({ ...relu, gamma: 0.5, depth: 40 });
    const at = (steps: number) => collapseOde({ arch, V0, seed: 1, steps }).rho[steps];
    const order = Math.log2((at(8) - at(16)) / (at(16) - at(32)));
    expect(order).toBeGreaterThan(3.6);
    expect(order).toBeLessThan(4.6);
  });

  // Near ρ = 1, κ(ρ) − ρ = (2√2/3π) (1 − ρ)^{3/2}: 1 − ρ falls like 9π²/(2s²).
  test('a ReLU alone collapses like 1/s²', () => {
    const epsilon = 1e-4;
    const slope = (2 * Math.SQRT2) / (3 * Math.PI);
    expect((reluCorrelation(1 - epsilon) - 1 + epsilon) / epsilon ** 1.5 / slope).toBeCloseTo(1, 2);
    const arch = architecture({ ...relu, gamma: 0.5, depth: 16_000 });
    const { rho } = collapseOde({ arch, V0, seed: 1, steps: 4000 });
    expect(((1 - rho[4000]) * 2 * 4000 ** 2) / (9 * Math.PI ** 2)).toBeCloseTo(1, 1);
  });

  test('with uniform attention what is left of a difference between tokens falls like λ² a layer', () => {
    const options = {
      tokens: 3,
      width: 64,
      depth: 9,
      block: 'unshaped',
      activation: 'none',
    } as const;
    const arch = architecture({ ...options, tau0: 1e9 });
    const { V } = collapseRecursion({ arch, V0, seed: 1 });
    for (let l = 0; l <= 9; l++) expect(V[9 * l] - V[9 * l + 1]).toBeCloseTo(0.8 * (7 / 8) ** l, 8);
  });

  test('the layer of a threshold is interpolated, and infinite where it is never reached', () => {
    const curve = curveOf(0.5, 40);
    const layer = collapseLayer(curve, 0.6);
    const below = Math.floor(layer);
    expect(curve.rho[below]).toBeLessThan(0.6);
    expect(curve.rho[below + 1]).toBeGreaterThan(0.6);
    const share = (0.6 - curve.rho[below]) / (curve.rho[below + 1] - curve.rho[below]);
    expect(layer - below).toBeCloseTo(share, 12);
    expect(collapseLayer(curve, 0.1)).toBe(0);
    expect(collapseLayer(curve, 0.999)).toBe(Infinity);
  });
});

describe('what does not matter at infinite width', () => {
  const V0 = unevenCovariance(3);
  const size = { tokens: 3, width: 64, depth: 5, tau0: 0.4 } as const;
  const run = (options: Partial<ArchitectureOptions>) =>
    collapseRecursion({ arch: architecture({ ...size, ...options }), V0, seed: 2 }).V;

  test('LayerNorm is RMS norm', () => {
    for (const block of ['preLN', 'postLN'] as const) {
      expect(run({ block, norm: 'layer' })).toEqual(run({ block, norm: 'rms' }));
    }
  });

  test('width, head width and output projection; shaped parts are passed through', () => {
    const plain = run({ block: 'unshaped' });
    expect(run({ block: 'unshaped', width: 96, headWidth: 3 })).toEqual(plain);
    expect(run({ block: 'unshaped', heads: 4, outputProjection: true })).toEqual(plain);
    const passed = run({ block: 'unshaped', activation: 'shapedSmooth' });
    run({ block: 'unshaped', activation: 'none' }).forEach((x, i) => {
      expect(Math.abs(passed[i] - x)).toBeLessThan(ROUNDING);
    });
  });

  test('the same seed gives the same bits, another one others', () => {
    const arch = architecture({ ...size, block: 'unshaped' });
    const at = (seed: number) => collapseOde({ arch, V0, seed }).V;
    expect(at(2)).toEqual(at(2));
    expect(at(2)).not.toEqual(at(3));
  });
});

describe('networks and options without such a limit are refused', () => {
  const unshaped = { tokens: 2, width: 64, depth: 5, block: 'unshaped' } as const;
  const V0 = equicorrelated(2, 0.2);
  const call = (
    curve: typeof collapseRecursion | typeof collapseOde,
    change: Partial<ArchitectureOptions>,
    options: object = {},
  ) => {
    const arch = architecture({ ...unshaped, ...change });
    return () => curve({ arch, V0, seed: 1, ...options });
  };
  test.each([
    [
      call(collapseRecursion, { block: 'shaped' }),
      /got 'shaped' and 'shapedRelu'.*simulate its SDE/,
    ],
    [call(collapseOde, { block: 'shaped', attention: 'none' }), /got 'none' and 'shapedRelu'/],
    [call(collapseOde, { block: 'preLN' }), /got 'preLN'.*collapseRecursion/],
    [call(collapseOde, { gamma: 0 }), /gamma above 0/],
    [call(collapseOde, {}, { steps: 0 }), /steps to be a positive integer, got 0/],
    [call(collapseRecursion, {}, { draws: 3 }), /positive even integer, got 3/],
    [call(collapseRecursion, {}, { replicas: 0 }), /replicas/],
    [call(collapseRecursion, {}, { heads: 1.5 }), /heads to be a positive integer or Infinity/],
    [call(collapseRecursion, {}, { V0: new Float64Array(4) }), /tokens of positive norm/],
    [call(collapseRecursion, {}, { V0: Float64Array.of(1, 2, 2, 1) }), /collapseRecursion/],
    [call(collapseRecursion, { tokens: 1 }, { V0: Float64Array.of(1) }), /at least 2 tokens/],
  ])('%#', (refused, message) => {
    expect(refused).toThrow(message);
  });
});
