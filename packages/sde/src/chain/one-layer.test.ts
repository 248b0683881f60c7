import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { describe, test } from 'vitest';
import { activationSlopes } from '../model/activation-slopes.js';
import { architecture, type ArchitectureOptions } from '../model/architecture.js';
import { attentionSde } from '../model/attention-sde.js';
import { mlpSde } from '../model/mlp-sde.js';
import type { SmoothName } from '../model/smooth-function.js';
import { transformerSde } from '../model/transformer-sde.js';
import { confirm, reject } from '../testing/evidence.js';
import { exactMlpDrift } from '../testing/exact-mlp-drift.js';
import { referenceOptions, referenceV0 } from '../testing/reference-point.js';
import { gramChain } from './gram-chain.js';

const key = foldIn(keyFromSeed(55), 'one layer');

/** Pairs (entry, entry) of the upper triangle at m = 3, and the entries themselves. */
const entries = [0, 1, 2, 4, 5, 8];
const pairs = entries.flatMap((i) => entries.filter((j) => j >= i).map((j) => [i, j] as const));

/** Two-sided 1e-4 over at most 21 comparisons (Bonferroni). */
const Z = 4.7;

/** Means of a vector-valued draw with their standard errors. */
function sampleMeans(count: number, draw: (path: number) => ArrayLike<number>) {
  const [sum, squares] = [[] as number[], [] as number[]];
  for (let p = 0; p < count; p++) {
    const x = draw(p);
    for (let i = 0; i < x.length; i++) {
      sum[i] = (sum[i] ?? 0) + x[i];
      squares[i] = (squares[i] ?? 0) + x[i] * x[i];
    }
  }
  return sum.map((total, i) => {
    const mean = total / count;
    return { mean, error: Math.sqrt(Math.max(0, squares[i] / count - mean * mean) / count) };
  });
}

/**
 * A causal mask leaves the first token's mixing deterministic: agreement is then up to the O(1/n)
 * left out by the limit, at n = 2²⁰ below this.
 */
const DETERMINISTIC = 1e-5;

/** Largest |mean − expected| over the entries, in standard errors. */
function largestZ(means: ReturnType<typeof sampleMeans>, expected: readonly number[]): number {
  return Math.max(
    ...means.map(({ mean, error }, i) => {
      const gap = Math.abs(mean - expected[i]);
      if (error > 1e-9) return gap / error;
      return gap < DETERMINISTIC ? 0 : Infinity;
    }),
  );
}

const upper = (S: ArrayLike<number>, scale = 1) => entries.map((i) => scale * S[i]);

/** The same draws with the sign of every Gaussian turned: it cancels what is odd in the logits. */
function mirrored(stream: Stream): Stream {
  return new Proxy(stream, {
    get(target, property) {
      if (property === 'fillNormal32') {
        return (out: Float64Array, deviation: number) => {
          target.fillNormal32(out, deviation);
          for (let i = 0; i < out.length; i++) out[i] = -out[i];
          return out;
        };
      }
      const value = Reflect.get(target, property, target) as unknown;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

describe('the mean of one layer at large width is the drift', () => {
  const width = 2 ** 20;
  const count = 12_000;

  /** n (mean of mixed − V) of a mirrored pair of draws: the drift over γ², without its odd noise. */
  function mixing(options: ArchitectureOptions) {
    const chain = gramChain(architecture({ ...options, width, activation: 'none' }));
    const state = chain.initialState(referenceV0, new Stream(key));
    return (path: number) => {
      const one = chain.attention(state, new Stream(key, path)).mixed;
      const other = chain.attention(state, mirrored(new Stream(key, path))).mixed;
      return upper(one).map(
        (x, i) => width * ((x + other[entries[i]]) / 2 - referenceV0[entries[i]]),
      );
    };
  }
  const expected = (options: ArchitectureOptions, sign = 1) =>
    upper(attentionSde(architecture(options)).drift(referenceV0), sign / 0.36);

  test.each<[string, Partial<ArchitectureOptions>]>([
    ['causal', { mask: 'causal' }],
    [
      'any mask',
      {
        mask: [
          [0, 1, 1],
          [0, 0, 0],
          [1, 0, 1],
        ],
      },
    ],
    ['heads', { heads: 4, mask: 'causal' }],
    ['gains off one', { mask: 'causal', gamma1Shift: 0.7, gamma2Shift: -1.3 }],
  ])('attention, %s', (_, options) => {
    const all = { ...referenceOptions, ...options };
    const means = sampleMeans(count, mixing(all));
    const formula = 'gamma1Shift' in options ? 'gains' : 'attention drift';
    confirm(formula, largestZ(means, expected(all)), Z, 'z');
    if (formula === 'gains') {
      const none = expected({ ...all, gamma1Shift: 0, gamma2Shift: 0 });
      reject(formula, 'no drift by gains', largestZ(means, none), Z, 'z');
    }
  });

  test('attention, full; a turned sign, another mask and another tau0 are rejected', () => {
    const means = sampleMeans(count, mixing(referenceOptions));
    const formula = 'attention drift';
    confirm(formula, largestZ(means, expected(referenceOptions)), Z, 'z');
    const refuse = (wrong: string, of: number[]) =>
      reject(formula, wrong, largestZ(means, of), Z, 'z');
    refuse('sign turned', expected(referenceOptions, -1));
    refuse('another mask', expected({ ...referenceOptions, mask: 'causal' }));
    refuse('τ0 1 for 0.9', expected({ ...referenceOptions, tau0: 1 }));
  });

  test('MLP, at every width with the exact c(n); a turned sign or c = 1 are rejected', () => {
    const narrow = architecture({ ...referenceOptions, width: 24, attention: 'none' });
    const b = upper(mlpSde(narrow).drift(referenceV0), 1 / 0.36);
    const chain = gramChain(narrow);
    const means = sampleMeans(25_000, (path) =>
      upper(chain.mlp({ V: referenceV0 }, new Stream(key, path)).excess, narrow.width),
    );
    const { c } = activationSlopes(narrow);
    const scaled = (factor: number) => b.map((x) => factor * x);
    confirm('relu drift', largestZ(means, scaled(c)), Z, 'z');
    reject('relu drift', 'sign turned', largestZ(means, scaled(-c)), Z, 'z');
    reject('relu drift', 'b without c(n), n = 24', largestZ(means, scaled(1)), Z, 'z');
  });
});

// Its mean at a finite width is a quadrature, which smooth-drift.test.ts follows to the drift.
describe('the mean of one smooth MLP block is that of its width', () => {
  const options = {
    ...referenceOptions,
    attention: 'none',
    activation: 'shapedSmooth',
    a: 0.75,
  } as const;
  const expected = (smooth: SmoothName, change: Partial<ArchitectureOptions> = {}) =>
    upper(exactMlpDrift(architecture({ ...options, smooth, ...change }), referenceV0), 1 / 0.36);

  test.each([
    ['tanh', 'silu'],
    ['gelu', 'silu'],
    ['silu', 'softplus'],
    ['softplus', 'tanh'],
  ] as const)('%s; a turned sign, %s and another scale are rejected', (smooth, other) => {
    const chain = gramChain(architecture({ ...options, smooth }));
    const means = sampleMeans(12_000, (path) =>
      upper(chain.mlp({ V: referenceV0 }, new Stream(key, path, 2)).excess, options.width),
    );
    confirm('smooth drift', largestZ(means, expected(smooth)), Z, 'z');
    const refuse = (wrong: string, of: number[]) =>
      reject('smooth drift', wrong, largestZ(means, of), Z, 'z');
    refuse(
      'sign turned',
      expected(smooth).map((x) => -x),
    );
    refuse('another activation', expected(other));
    refuse('a 0.85 for 0.75', expected(smooth, { a: 0.85 }));
  });
});

describe('the covariance of one layer at large width is the diffusion', () => {
  const alone = 'attention diffusion';
  const several = 'heads and projection';

  /** n (V' − V)(V' − V)ᵀ over the 21 pairs of entries; its mean is Σ, up to O(1/n). */
  function products(options: ArchitectureOptions) {
    const arch = architecture(options);
    const chain = gramChain(arch);
    return (path: number) => {
      const stream = new Stream(key, path, 1);
      const { V } = chain.layer(chain.initialState(referenceV0, stream), stream);
      const d = V.map((x, i) => x - referenceV0[i]);
      return pairs.map(([i, j]) => arch.width * d[i] * d[j]);
    };
  }
  const expected = (options: ArchitectureOptions) => {
    const S = transformerSde(architecture(options)).diffusion(referenceV0);
    return pairs.map(([i, j]) => S[i * 9 + j]);
  };
  const count = 25_000;
  const attention = {
    ...referenceOptions,
    width: 2 ** 16,
    tau0: 0.5,
    activation: 'none',
  } as const;

  test.each<[string, Partial<ArchitectureOptions>]>([
    ['causal', { mask: 'causal' }],
    ['four heads', { heads: 4 }],
    ['an output projection', { outputProjection: true }],
    ['four heads and an output projection', { heads: 4, outputProjection: true, mask: 'causal' }],
  ])('attention, %s', (_, options) => {
    const all = { ...attention, ...options };
    const formula = 'heads' in options || 'outputProjection' in options ? several : alone;
    confirm(formula, largestZ(sampleMeans(count, products(all)), expected(all)), Z, 'z');
  });

  test('attention, full; heads, projection, mask or tau0 mistaken are rejected', () => {
    const means = sampleMeans(count, products(attention));
    confirm(alone, largestZ(means, expected(attention)), Z, 'z');
    const refuse = (formula: string, wrong: string, change: Partial<ArchitectureOptions>) =>
      reject(formula, wrong, largestZ(means, expected({ ...attention, ...change })), Z, 'z');
    refuse(several, 'four heads that are one', { heads: 4 });
    refuse(several, 'W_O that is not there', { outputProjection: true });
    refuse(alone, 'another mask', { mask: 'causal' });
    refuse(alone, 'τ0 0.6 for 0.5', { tau0: 0.6 });
  });

  // Width 256: its O(1/n) correction is below the 1.8 % of one standard error.
  test('a whole layer; a missing projection or MLP is rejected', () => {
    const whole = { ...referenceOptions, width: 256, heads: 4, outputProjection: true } as const;
    const means = sampleMeans(6000, products(whole));
    confirm(several, largestZ(means, expected(whole)), Z, 'z');
    const z = (change: Partial<ArchitectureOptions>) =>
      largestZ(means, expected({ ...whole, ...change }));
    reject(several, 'no term of W_O', z({ outputProjection: false }), Z, 'z');
    reject('relu diffusion', 'no MLP', z({ activation: 'none' }), Z, 'z');
  });
});
