import { describe, expect, test } from 'vitest';
import { cholesky } from '../covariance/cholesky.js';
import { confirm, reject } from '../testing/evidence.js';
import { exactMlpDrift } from '../testing/exact-mlp-drift.js';
import golden from '../testing/golden/smooth-activation.json' with { type: 'json' };
import { referenceOptions, referenceV0, unevenCovariance } from '../testing/reference-point.js';
import { architecture, type ArchitectureOptions } from './architecture.js';
import { meanActivationGram } from './mean-activation-gram.js';
import { mlpActivation } from './mlp-activation.js';
import { mlpSde } from './mlp-sde.js';
import { smoothFunctions, type SmoothName } from './smooth-function.js';
import { transformerSde } from './transformer-sde.js';

const names = ['tanh', 'gelu', 'silu', 'softplus'] as const;

/** A few dozen roundings of numbers of order one. */
const ROUNDING = 1e-13;

const shaped = (smooth: SmoothName, options: Partial<ArchitectureOptions> = {}) =>
  architecture({ ...referenceOptions, activation: 'shapedSmooth', smooth, a: 0.75, ...options });

const largestGap = (x: ArrayLike<number>, y: ArrayLike<number>) =>
  Math.max(...Array.from(x, (value, i) => Math.abs(value - y[i])));

describe('golden values in 50 digits from the definition (tools/golden/smooth_activation.py)', () => {
  const cases = golden.map((c) => ({
    ...c,
    name: c.smooth as SmoothName,
    V: Float64Array.from(c.V),
  }));
  const at = ({ name, a, gamma, V }: (typeof cases)[number], width = 64) =>
    shaped(name, { tokens: Math.sqrt(V.length), width, a, gamma });

  test.each(cases)('$name, a = $a: derivatives at 0, and the drift', (c) => {
    const { second, third } = smoothFunctions[c.name];
    const gaps = [Math.abs(second - c.second), Math.abs(third - c.third)];
    gaps.push(largestGap(mlpSde(at(c)).drift(c.V), c.drift));
    confirm('smooth drift', Math.max(...gaps), ROUNDING, 'relative');
  });

  test('a drift with a term or a factor changed is rejected', () => {
    const refuse = (wrong: string, c: (typeof cases)[number], drift: Float64Array) =>
      reject('smooth drift', wrong, largestGap(drift, c.drift), ROUNDING, 'relative');
    for (const c of cases) {
      const drift = (options: object) => mlpSde(architecture({ ...at(c), ...options })).drift(c.V);
      refuse('a 1 % off', c, drift({ a: 1.01 * c.a }));
      // Without what the normaliser takes away: −3κ2²/4 − κ3 of V.
      const { second, third } = smoothFunctions[c.name];
      const share = (c.gamma / c.a) ** 2 * (0.75 * second ** 2 + third);
      refuse(
        'c = 1 for c(n)',
        c,
        drift({}).map((x, i) => x + share * c.V[i]),
      );
    }
    refuse(
      'κ2 for κ3 (SiLU for tanh)',
      cases[0],
      mlpSde(at({ ...cases[0], name: 'silu' })).drift(cases[0].V),
    );
  });

  test.each(cases)('$name, a = $a: normaliser and mean change at finite widths', (c) => {
    for (const { width, normalizer, drift } of c.finite) {
      const arch = at(c, width);
      const gap = Math.abs(mlpActivation(arch).c / normalizer - 1);
      confirm('smooth normaliser', gap, ROUNDING, 'relative');
      // The subtraction n (c E − V) loses a factor n.
      expect(largestGap(exactMlpDrift(arch, c.V), drift)).toBeLessThan(width * ROUNDING);
      // The expansion 1 + (3κ2²/4 + κ3)/(a²n), which the drift rests on, is off by O(1/n²).
      const { second, third } = smoothFunctions[c.name];
      const expansion = 1 / (1 + (0.75 * second ** 2 + third) / (c.a ** 2 * width));
      const left = Math.abs(expansion / normalizer - 1);
      reject('smooth normaliser', `its expansion to 1/n, n = ${width}`, left, ROUNDING, 'relative');
    }
  });
});

describe('the exact mean change of an MLP block tends to the drift like 1/n', () => {
  test.each(names)('%s', (smooth) => {
    const b = mlpSde(shaped(smooth)).drift(referenceV0);
    const gap = (width: number) =>
      largestGap(exactMlpDrift(shaped(smooth, { width }), referenceV0), b);
    for (const width of [256, 1024, 4096]) expect(gap(width) / gap(4 * width)).toBeCloseTo(4, 0);
    expect(gap(2 ** 16)).toBeLessThan(1e-4);
  });

  test('it does not tend to the drift of another function, scale, or coefficient', () => {
    const width = 2 ** 16;
    for (const smooth of names) {
      const exact = exactMlpDrift(shaped(smooth, { width }), referenceV0);
      const others = names.filter((name) => name !== smooth).map((name) => shaped(name));
      for (const wrong of [
        ...others,
        shaped(smooth, { a: 0.76 }),
        shaped(smooth, { gamma: 0.61 }),
      ]) {
        expect(largestGap(exact, mlpSde(wrong).drift(referenceV0))).toBeGreaterThan(1e-3);
      }
    }
  });
});

describe('exact identities', () => {
  test.each(names)('%s: variances of one are at rest, alone', (smooth) => {
    const drift = (v: number) => mlpSde(shaped(smooth, { tokens: 1 })).drift(Float64Array.of(v))[0];
    expect(Math.abs(drift(1))).toBeLessThan(ROUNDING);
    // tanh saturates and restores the norm; the others, convex at 0, drive it away.
    const sign = smooth === 'tanh' ? -1 : 1;
    expect(Math.sign(drift(1.2))).toBe(sign);
    expect(Math.sign(drift(0.8))).toBe(-sign);
  });

  test.each(names)(
    '%s: the drift scales as γ²/a² and the noise is that of any shaped MLP',
    (smooth) => {
      const one = mlpSde(shaped(smooth));
      const other = mlpSde(shaped(smooth, { a: 1.5, gamma: 0.3 }));
      const scaled = other.drift(referenceV0).map((x) => 16 * x);
      expect(largestGap(one.drift(referenceV0), scaled)).toBeLessThan(ROUNDING);
      const relu = mlpSde(architecture(referenceOptions));
      expect(one.diffusion(referenceV0)).toEqual(relu.diffusion(referenceV0));
    },
  );

  test('attention and smooth MLP add', () => {
    const arch = shaped('silu', { mask: 'causal', heads: 2 });
    const relu = architecture({ ...referenceOptions, mask: 'causal', heads: 2 });
    const difference = transformerSde(arch)
      .drift(referenceV0)
      .map((x, i) => x - transformerSde(relu).drift(referenceV0)[i]);
    const expected = mlpSde(arch)
      .drift(referenceV0)
      .map((x, i) => x - mlpSde(relu).drift(referenceV0)[i]);
    expect(largestGap(difference, expected)).toBeLessThan(ROUNDING);
  });
});

describe('the mean Gram matrix of a step', () => {
  test.each(names)('%s: it moves V by the drift over γ², up to O(1/n²)', (smooth) => {
    const arch = shaped(smooth);
    const b = mlpSde(arch).drift(referenceV0);
    const gap = (width: number) => {
      const mean = meanActivationGram(arch, referenceV0, width, new Float64Array(9));
      return largestGap(
        mean.map((x, i) => width * (x - referenceV0[i]) * 0.36),
        b,
      );
    };
    expect(gap(1000) / gap(4000)).toBeCloseTo(4, 0);
    expect(gap(1e6)).toBeLessThan(1e-5);
  });

  test.each(names)('%s: it is a covariance even where the expansion is poor', (smooth) => {
    const V = unevenCovariance(6).map((x) => 40 * x);
    const mean = meanActivationGram(shaped(smooth, { tokens: 6 }), V, 12, new Float64Array(36));
    expect(cholesky(mean, 6, new Float64Array(36))).toBeLessThan(ROUNDING);
    for (let a = 0; a < 6; a++) expect(mean[a * 7]).toBeGreaterThan(0);
  });

  test('the exact mean of the shaped ReLU, whatever the width', () => {
    const arch = architecture({ ...referenceOptions, width: 16 });
    const mean = meanActivationGram(arch, referenceV0, 16, new Float64Array(9));
    const b = mlpSde(arch).drift(referenceV0);
    const { c } = mlpActivation(arch);
    expect(
      largestGap(
        mean,
        referenceV0.map((x, i) => x + (c * b[i]) / 0.36 / 16),
      ),
    ).toBeLessThan(ROUNDING);
  });
});

test('an MLP that is not there has no activation', () => {
  expect(() => mlpActivation(architecture({ ...referenceOptions, activation: 'none' }))).toThrow(
    /mlpActivation: expected an activation, got 'none'/,
  );
});
