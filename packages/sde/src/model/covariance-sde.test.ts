import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { describe, expect, test } from 'vitest';
import { confirm, reject } from '../testing/evidence.js';
import golden from '../testing/golden/sde.json' with { type: 'json' };
import { referenceOptions, referenceV0, unevenCovariance } from '../testing/reference-point.js';
import { covarianceOfLinearNoise } from '../testing/unit-draws.js';
import { architecture, type ArchitectureOptions } from './architecture.js';
import { attentionSde } from './attention-sde.js';
import { attentionDiffusion } from './diffusion-tensors.js';
import { mlpSde } from './mlp-sde.js';
import { transformerSde } from './transformer-sde.js';

const full = architecture(referenceOptions);
const causal = architecture({ ...referenceOptions, mask: 'causal' });

/** Entries 11, 12, 13, 22, 23, 33 of a symmetric 3×3 matrix. */
const upper = (S: Float64Array) => [0, 1, 2, 4, 5, 8].map((i) => S[i]);

/** Printed digits of the tables: half a unit in the eighth place. */
const PRINTED = 0.5e-8;

/** Golden values come from another summation order in the same precision. */
const ROUNDING = 1e-12;

/** The largest difference of two arrays' entries, over the largest of the second or 1. */
function deviation(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let [scale, gap] = [1, 0];
  for (let i = 0; i < expected.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i]));
    // A NaN is a deviation too.
    if (!(Math.abs(actual[i] - expected[i]) <= gap)) gap = Math.abs(actual[i] - expected[i]);
  }
  return gap / scale;
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) {
  expect(deviation(actual, expected)).toBeLessThanOrEqual(tolerance);
}

/** Entry (a, b) of H V H, H = I − 11ᵀ/m. */
function centred(V: Float64Array, m: number, a: number, b: number): number {
  let entry = V[a * m + b];
  for (let k = 0; k < m; k++) {
    entry -= (V[a * m + k] + V[k * m + b]) / m;
    for (let l = 0; l < m; l++) entry += V[k * m + l] / m ** 2;
  }
  return entry;
}

describe('the tables of theory.md, section 5', () => {
  test.each([
    [
      'attention, full',
      attentionSde(full),
      [0.14248285, 0.02886145, -0.01103567, 0.06648011, 0.01896433, 0.13079287],
    ],
    [
      'attention, causal',
      attentionSde(causal),
      [0, 0, 0.00190123, 0.03755556, -0.00182613, 0.13079287],
    ],
    ['MLP', mlpSde(full), [0, 0.07798836, 0.25280651, 0, 0.09585674, 0]],
  ])('drift, %s', (_, model, expected) => {
    expectClose(upper(model.drift(referenceV0)), expected, PRINTED);
  });

  test.each([
    ['full', full, [2.14105956, 0.73490188, 0.93613373, 0.76045116, 0.57364037, 1.52288672]],
    ['causal', causal, [1.995552, 0.716904, 0.89866844, 0.762368, 0.56047709, 1.52288672]],
  ])('diffusion of attention, %s', (_, arch, expected) => {
    const S = attentionSde(arch).diffusion(referenceV0);
    expectClose(
      [0, 1, 2, 4, 5, 8].map((i) => S[i * 9 + i]),
      expected,
      PRINTED,
    );
  });

  test.each([
    ['full', [0.90942222, -0.04517485, -0.12621312, 0.03777485, 0.58824198]],
    ['causal', [0, 0.02015625, -0.0281375, 0.00806169, 0.58824198]],
  ] as const)('softmax tensor, %s', (mask, expected) => {
    const A = attentionDiffusion(referenceV0, mask, 3);
    const at = (ab: number, cd: number) => A[ab * 9 + cd];
    expectClose([at(0, 0), at(1, 2), at(1, 5), at(2, 5), at(8, 8)], expected, PRINTED);
  });
});

describe('golden coefficients, by automatic differentiation of the network (tools/golden/sde.py)', () => {
  const agrees = (formula: string, actual: Float64Array, expected: readonly number[]) =>
    confirm(formula, deviation(actual, expected), ROUNDING, 'relative');

  test.each(golden)('$name', (example) => {
    const arch = architecture(example.architecture as unknown as ArchitectureOptions);
    const V = Float64Array.from(example.V);
    const drift = arch.gamma1Shift === 0 ? 'attention drift' : 'gains';
    agrees(drift, attentionSde(arch).drift(V), example.attentionDrift);
    agrees('relu drift', mlpSde(arch).drift(V), example.mlpDrift);
    if (example.attentionDiffusion === null) return;
    const several = arch.heads > 1 || arch.outputProjection;
    const diffusion = several ? 'heads and projection' : 'attention diffusion';
    agrees(diffusion, attentionSde(arch).diffusion(V), example.attentionDiffusion);
    agrees('relu diffusion', mlpSde(arch).diffusion(V), example.mlpDiffusion);
  });

  describe('wrong formulas are rejected', () => {
    const named = (name: string) => {
      const example = golden.find((c) => c.name === name) as (typeof golden)[number];
      const options = example.architecture as unknown as ArchitectureOptions;
      return { ...example, options, V: Float64Array.from(example.V) };
    };
    const refused = (
      formula: string,
      wrong: string,
      actual: Float64Array,
      expected: readonly number[] | null,
    ) => reject(formula, wrong, deviation(actual, expected as number[]), ROUNDING, 'relative');

    test('drift of attention', () => {
      const causal = named('three tokens, causal');
      const drift = (change: Partial<ArchitectureOptions>) =>
        attentionSde(architecture({ ...causal.options, ...change })).drift(causal.V);
      const refuse = (wrong: string, actual: Float64Array) =>
        refused('attention drift', wrong, actual, causal.attentionDrift);
      refuse('full-mask formula under a causal mask', drift({ mask: 'full' }));
      refuse('τ0 1 % off', drift({ tau0: 1.01 * Number(causal.options.tau0) }));
      // V tr(V C)/m² alone, C = H V H.
      const whole = named('three tokens, full');
      const { gamma, tau0, tokens: m } = architecture(whole.options);
      let trace = 0;
      for (let a = 0; a < m; a++) {
        for (let b = 0; b < m; b++) trace += whole.V[a * m + b] * centred(whole.V, m, a, b);
      }
      const first = whole.V.map((x) => (gamma ** 2 / tau0 ** 2) * ((x * trace) / m ** 2));
      refused('attention drift', 'first order alone', first, whole.attentionDrift);
    });

    test('gains', () => {
      const example = named('gains off one');
      const drift = (change: Partial<ArchitectureOptions>) =>
        attentionSde(architecture({ ...example.options, ...change })).drift(example.V);
      const refuse = (wrong: string, actual: Float64Array) =>
        refused('gains', wrong, actual, example.attentionDrift);
      refuse('no drift by γ1', drift({ gamma1Shift: 0 }));
      refuse('no drift by γ2', drift({ gamma2Shift: 0 }));
      refuse('γ2 1 % of b off', drift({ gamma2Shift: 1.01 * Number(example.options.gamma2Shift) }));
      // The gains' part of a full mask on the rest of a causal one: C̄ of the wrong mask.
      const off = { gamma1Shift: 0, gamma2Shift: 0 };
      const [all, none] = [drift({ mask: 'full' }), drift({ mask: 'full', ...off })];
      const mixed = drift(off).map((x, i) => x + all[i] - none[i]);
      refuse('C̄ of the full mask', mixed);
    });

    test('heads and output projection', () => {
      const both = named('four heads and an output projection');
      const diffusion = (change: Partial<ArchitectureOptions>) =>
        attentionSde(architecture({ ...both.options, ...change })).diffusion(both.V);
      const refuse = (wrong: string, actual: Float64Array) =>
        refused('heads and projection', wrong, actual, both.attentionDiffusion);
      refuse('𝒜 not divided by H', diffusion({ heads: 1 }));
      refuse('no term of W_O', diffusion({ outputProjection: false }));
      const heads = named('four heads');
      const drift = attentionSde(architecture(heads.options)).drift(heads.V);
      const divided = drift.map((x) => x / 4);
      refused('heads and projection', 'drift divided by H', divided, heads.attentionDrift);
    });

    test('diffusion of attention, drift and diffusion of the shaped ReLU', () => {
      const causal = named('three tokens, causal');
      const change = (options: Partial<ArchitectureOptions>) =>
        architecture({ ...causal.options, ...options });
      const { V } = causal;
      const expected = causal.attentionDiffusion;
      const attention = (wrong: string, options: Partial<ArchitectureOptions>) =>
        refused('attention diffusion', wrong, attentionSde(change(options)).diffusion(V), expected);
      attention('full-mask formula under a causal mask', { mask: 'full' });
      attention('τ0 1 % off', { tau0: 1.01 * Number(causal.options.tau0) });
      const relu = (wrong: string, options: Partial<ArchitectureOptions>) =>
        refused('relu drift', wrong, mlpSde(change(options)).drift(V), causal.mlpDrift);
      relu('c₋ 1 % off', { cMinus: 1.01 * Number(causal.options.cMinus) });
      const turned = mlpSde(change({}))
        .drift(V)
        .map((x) => -x);
      refused('relu drift', 'sign turned', turned, causal.mlpDrift);
      const { gamma } = change({});
      const single = mlpSde(change({}))
        .diffusion(V)
        .map((x) => x * (1 - gamma ** 2 / 2));
      refused('relu diffusion', 'one Gaussian product', single, causal.mlpDiffusion);
    });
  });
});

describe('exact identities', () => {
  const V = unevenCovariance(4);
  const banded = [
    [1, 1, 0, 0],
    [1, 1, 1, 0],
    [0, 0, 0, 0],
    [0, 1, 0, 1],
  ] as const;
  test.each([
    ['full', {}],
    ['causal', { mask: 'causal' }],
    ['any mask, with a query that sees nothing', { mask: banded }],
    ['heads', { heads: 4 }],
    ['heads and output projection', { heads: 2, outputProjection: true }],
    ['attention alone', { activation: 'none' }],
    ['MLP alone', { attention: 'none' }],
  ] as const)('the noise has the covariance of the diffusion tensor: %s', (_, options) => {
    const model = transformerSde(architecture({ ...referenceOptions, tokens: 4, ...options }));
    const covariance = covarianceOfLinearNoise((stream) => model.noise(V, stream), 10 + 16);
    confirm('noise', deviation(covariance, model.diffusion(V)), ROUNDING, 'relative');
  });

  test('drifts and diffusions of the blocks add', () => {
    const arch = architecture({ ...referenceOptions, mask: 'causal', heads: 2 });
    const [whole, attention, mlp] = [transformerSde(arch), attentionSde(arch), mlpSde(arch)];
    const sum = (x: Float64Array, y: Float64Array) => x.map((value, i) => value + y[i]);
    expectClose(
      whole.drift(referenceV0),
      sum(attention.drift(referenceV0), mlp.drift(referenceV0)),
      ROUNDING,
    );
    expectClose(
      whole.diffusion(referenceV0),
      sum(attention.diffusion(referenceV0), mlp.diffusion(referenceV0)),
      ROUNDING,
    );
  });

  test('a full mask given as a matrix is the full mask', () => {
    const mask = [
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ] as const;
    const given = attentionSde(architecture({ ...referenceOptions, mask }));
    expect(given.drift(referenceV0)).toEqual(attentionSde(full).drift(referenceV0));
  });

  test('under a causal mask the first tokens do not feel the later ones', () => {
    const all = attentionSde(architecture({ ...referenceOptions, tokens: 4, mask: 'causal' }));
    const first = attentionSde(architecture({ ...referenceOptions, tokens: 2, mask: 'causal' }));
    const drift = all.drift(V);
    const head = first.drift(Float64Array.of(V[0], V[1], V[4], V[5]));
    expectClose([drift[0], drift[1], drift[5]], [head[0], head[1], head[3]], ROUNDING);
  });

  test('equal tokens stay equal: their drift and noise coincide and nothing is NaN', () => {
    const X = [1, 0.5, 1];
    const V = Float64Array.from({ length: 9 }, (_, i) => X[Math.floor(i / 3)] * X[i % 3]);
    const model = transformerSde(full);
    const drift = model.drift(V);
    const noise = model.noise(V, new Stream(keyFromSeed(1)));
    for (const S of [drift, noise]) {
      expect(S.every(Number.isFinite)).toBe(true);
      for (let b = 0; b < 3; b++) expect(S[b]).toBeCloseTo(S[6 + b], 12);
    }
  });

  test('a zero token stays zero', () => {
    const V = Float64Array.of(1, 0, 0.2, 0, 0, 0, 0.2, 0, 1);
    const model = transformerSde(full);
    for (const S of [model.drift(V), model.noise(V, new Stream(keyFromSeed(2)))]) {
      expect([S[1], S[3], S[4], S[5], S[7]].every((x) => x === 0)).toBe(true);
    }
  });
});

// Seeded. 45 covariances of the 9 entries, each within z standard errors at a family-wise alpha of
// 1e-4 (z = 4.9 after Bonferroni); the standard error comes from the Gaussian fourth moment.
describe('the covariance of the noise is the diffusion, by simulation at m = 3', () => {
  const count = 60_000;
  const Z = 4.9;
  const covarianceOfDraws = (arch: typeof full) => {
    const model = transformerSde(arch);
    const key = foldIn(keyFromSeed(7), 'noise');
    const sum = new Float64Array(81);
    for (let p = 0; p < count; p++) {
      const N = model.noise(referenceV0, new Stream(key, p));
      for (let i = 0; i < 9; i++)
        for (let j = 0; j < 9; j++) sum[i * 9 + j] += (N[i] * N[j]) / count;
    }
    return sum;
  };
  const largestZ = (sample: Float64Array, S: Float64Array) => {
    let z = 0;
    for (let i = 0; i < 9; i++) {
      for (let j = 0; j <= i; j++) {
        const variance = S[i * 9 + i] * S[j * 9 + j] + S[i * 9 + j] ** 2;
        const error = Math.abs(sample[i * 9 + j] - S[i * 9 + j]);
        z = Math.max(z, error / Math.sqrt(variance / count));
      }
    }
    return z;
  };

  test('causal, two heads', () => {
    const arch = architecture({ ...referenceOptions, mask: 'causal', heads: 2 });
    const z = largestZ(covarianceOfDraws(arch), transformerSde(arch).diffusion(referenceV0));
    confirm('noise', z, Z, 'z');
  });

  test('a missing 1/H, a wrong mask and a wrong tau0 are all rejected', () => {
    const strong = { ...referenceOptions, tau0: 0.4, mask: 'causal', heads: 2 } as const;
    const sample = covarianceOfDraws(architecture(strong));
    const wrongs: [string, Partial<ArchitectureOptions>][] = [
      ['no 1/H', { heads: 1 }],
      ['another mask', { mask: 'full' }],
      ['τ0 0.6 for 0.4', { tau0: 0.6 }],
    ];
    for (const [name, change] of wrongs) {
      const S = transformerSde(architecture({ ...strong, ...change })).diffusion(referenceV0);
      reject('noise', name, largestZ(sample, S), Z, 'z');
    }
  });
});

describe('architectures without an SDE are refused with the reason', () => {
  test.each([
    [{ block: 'unshaped' }, /block 'shaped', got 'unshaped'.*gramChain/],
    [{ block: 'preLN', norm: 'rms', gamma: 1 }, /got 'preLN'/],
    [{ attention: 'softmax' }, /got 'softmax'.*no limit/],
    [{ activation: 'relu' }, /got 'relu'.*kink/],
  ] as const)('%j', (options, message) => {
    expect(() => transformerSde(architecture({ ...referenceOptions, ...options }))).toThrow(
      message,
    );
  });

  test('a model of a block that is not there', () => {
    expect(() => mlpSde(architecture({ ...referenceOptions, activation: 'none' }))).toThrow(
      /mlpSde/,
    );
    expect(() => attentionSde(architecture({ ...referenceOptions, attention: 'none' }))).toThrow(
      /attentionSde/,
    );
  });

  test('every model declares its calculus and domain', () => {
    for (const model of [mlpSde(full), attentionSde(full), transformerSde(full)]) {
      expect(model.calculus).toBe('ito');
      expect(model.domain).toMatch(/explode/);
    }
  });
});
