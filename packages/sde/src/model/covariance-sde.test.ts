import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { describe, expect, test } from 'vitest';
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

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) {
  expect(actual.length).toBe(expected.length);
  let scale = 1;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]));
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(actual[i] - expected[i]) <= tolerance * scale)) {
      expect.fail(`entry ${i}: ${actual[i]} is not ${expected[i]}`);
    }
  }
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
  test.each(golden)('$name', (example) => {
    const arch = architecture(example.architecture as unknown as ArchitectureOptions);
    const V = Float64Array.from(example.V);
    expectClose(attentionSde(arch).drift(V), example.attentionDrift, ROUNDING);
    expectClose(mlpSde(arch).drift(V), example.mlpDrift, ROUNDING);
    if (example.attentionDiffusion === null) return;
    expectClose(attentionSde(arch).diffusion(V), example.attentionDiffusion, ROUNDING);
    expectClose(mlpSde(arch).diffusion(V), example.mlpDiffusion, ROUNDING);
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
    expectClose(covariance, model.diffusion(V), ROUNDING);
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
    expect(
      largestZ(covarianceOfDraws(arch), transformerSde(arch).diffusion(referenceV0)),
    ).toBeLessThan(4.9);
  });

  test('a missing 1/H, a wrong mask and a wrong tau0 are all rejected', () => {
    const strong = { ...referenceOptions, tau0: 0.4, mask: 'causal', heads: 2 } as const;
    const sample = covarianceOfDraws(architecture(strong));
    for (const wrong of [{ heads: 1 }, { mask: 'full' }, { tau0: 0.6 }] as const) {
      const S = transformerSde(architecture({ ...strong, ...wrong })).diffusion(referenceV0);
      expect(largestZ(sample, S)).toBeGreaterThan(4.9);
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
