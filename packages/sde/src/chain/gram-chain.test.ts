import { Stream } from '@shaped/random';
import { describe, expect, test } from 'vitest';
import { architecture, type ArchitectureOptions } from '../model/architecture.js';
import {
  adjustedP,
  ALPHA,
  chain,
  chainKey,
  dense,
  denseKey,
  fixed,
  input,
  pure,
  strong,
  type Sampler,
} from '../testing/chain-comparison.js';
import { gramSlices, rotatedInput } from '../testing/dense-network.js';
import { confirm } from '../testing/evidence.js';
import { gramChain } from './gram-chain.js';

const hidden = [
  [1, 0, 1],
  [0, 0, 0],
  [1, 1, 0],
] as const;

const smooth: ArchitectureOptions = {
  ...strong,
  attention: 'none',
  activation: 'shapedSmooth',
  a: 0.3,
};

describe('the chain has the law of the dense network', () => {
  const agree = (x: Sampler, y: Sampler) =>
    confirm('chain', -Math.log10(adjustedP(x, y)), -Math.log10(ALPHA), 'p');

  test.each<[string, ArchitectureOptions]>([
    ['shaped', strong],
    ['shaped, causal', { ...strong, mask: 'causal' }],
    ['any mask, with a query that sees nothing', { ...strong, mask: hidden }],
    ['gains off one', { ...strong, gamma1Shift: 2, gamma2Shift: -6 }],
    ['keys narrower than the tokens', { ...strong, headWidth: 2 }],
    ['width below twice the tokens', { ...strong, width: 4 }],
    ['width equal to the tokens', { ...strong, width: 3 }],
    ['two heads', { ...strong, heads: 2 }],
    ['heads as wide as the tokens', { ...strong, heads: 4, mask: 'causal' }],
    ['heads narrower than the tokens', { ...strong, heads: 6 }],
    ['heads and an output projection', { ...strong, heads: 6, outputProjection: true }],
    ['attention alone', pure],
    ['attention alone, four heads', { ...pure, gamma: 0.9, heads: 4 }],
    ['attention alone, an output projection', { ...pure, outputProjection: true }],
    ['attention alone, four heads, projected', { ...pure, heads: 4, outputProjection: true }],
    ['MLP alone', { ...strong, attention: 'none' }],
    ['shaped tanh', { ...strong, activation: 'shapedSmooth', a: 0.3 }],
    ['shaped GELU alone', { ...smooth, smooth: 'gelu' }],
    ['shaped softplus alone', { ...smooth, smooth: 'softplus', a: 0.1 }],
    ['unshaped', { ...strong, block: 'unshaped', mask: 'causal' }],
    ['depth-scaled', { ...fixed, block: 'depthScaled' }],
    ['pre-norm', { ...fixed, block: 'preLN', norm: 'rms' }],
    ['pre-norm with heads', { ...fixed, block: 'preLN', norm: 'rms', heads: 3 }],
    ['pre-norm block without norm', { ...fixed, block: 'preLN', norm: 'none' }],
    ['post-norm', { ...fixed, block: 'postLN', norm: 'rms', heads: 2, outputProjection: true }],
    ['post-norm with heads', { ...fixed, block: 'postLN', norm: 'rms', heads: 3 }],
    ['shaped attention with plain ReLU', { ...strong, activation: 'relu' }],
    ['plain softmax with shaped ReLU', { ...strong, attention: 'softmax' }],
  ])('%s', (_, options) => {
    // Post-norm fixes the diagonal up to rounding: compare what varies.
    if (options.block === 'postLN') {
      for (const draw of [dense(options), chain(options)]) {
        const V = draw(0);
        for (const i of [0, 4, 8]) expect(V[i]).toBeCloseTo(1, 12);
      }
      const jitterless =
        (draw: Sampler): Sampler =>
        (path) =>
          draw(path).map((x, i) => (i % 4 === 0 ? 1 : x));
      agree(jitterless(dense(options)), jitterless(chain(options)));
    } else {
      agree(dense(options), chain(options));
    }
  });

  test('slices drawn for V0 alone are those of a randomly rotated input', () => {
    const arch = architecture({ ...strong, heads: 4 });
    const L = [
      [1.2, 0, 0],
      [0.3, 0.9, 0],
      [-0.4, 0.2, 1.5],
    ];
    const V0 = Float64Array.from(
      L.flatMap((a) => L.map((b) => a.reduce((s, x, k) => s + x * b[k], 0))),
    );
    const process = gramChain(arch);
    const drawn = (path: number) => process.initialState(V0, new Stream(chainKey, path, 9)).slices!;
    const real = (path: number) =>
      gramSlices(rotatedInput(L, 12, new Stream(denseKey, path, 9)), 4);
    expect(
      adjustedP(
        (p) => drawn(p).subarray(9, 18),
        (p) => real(p).subarray(9, 18),
      ),
    ).toBeGreaterThan(ALPHA);
    // Slices of one input depend on each other through their sum, which is V0.
    const sum = drawn(0).reduce((V, x, i) => ((V[i % 9] += x), V), new Float64Array(9));
    sum.forEach((x, i) => expect(x).toBeCloseTo(V0[i], 12));
  });
});

describe('half-steps', () => {
  const arch = architecture({ ...strong, heads: 2, mask: 'causal' });
  const process = gramChain(arch);
  const state = process.initialState(gramSlices(input(12), 2));
  const stream = () => new Stream(chainKey, 3, 1);

  test('a layer is attention, then MLP, on one stream', () => {
    const one = stream();
    const halfway = process.attention(state, one).state;
    expect(process.mlp(halfway, one).state).toEqual(process.layer(state, stream()));
  });

  test('states are values: nothing given or returned is changed later', () => {
    const before = { V: state.V.slice(), slices: state.slices!.slice() };
    const first = process.attention(state, stream());
    const copy = structuredClone(first);
    process.attention(state, new Stream(chainKey, 4, 1));
    expect(first).toEqual(copy);
    expect(state).toEqual(before);
  });

  test('scores are γ1 I + softmax − γ2 C̄ a head, and mixed is the mean of A V Aᵀ', () => {
    const { scores, mixed } = process.attention(state, stream());
    const V = state.V;
    const expected = new Float64Array(9);
    for (let h = 0; h < 2; h++) {
      const A = scores.subarray(h * 9, (h + 1) * 9);
      for (let a = 0; a < 3; a++) {
        expect(A[a * 3] + A[a * 3 + 1] + A[a * 3 + 2]).toBeCloseTo(1, 12);
        for (let j = a + 1; j < 3; j++) expect(A[a * 3 + j]).toBe(0);
        for (let b = 0; b < 3; b++) {
          for (let i = 0; i < 9; i++) {
            expected[a * 3 + b] += (A[a * 3 + Math.floor(i / 3)] * V[i] * A[b * 3 + (i % 3)]) / 2;
          }
        }
      }
    }
    mixed.forEach((x, i) => expect(x).toBeCloseTo(expected[i], 12));
  });

  test('slices sum to V after every half-step', () => {
    const { V, slices } = process.layer(state, stream());
    V.forEach((x, i) => expect(slices![i] + slices![9 + i]).toBeCloseTo(x, 12));
  });

  test('repeated tokens stay repeated, at every kind of block', () => {
    const V0 = Float64Array.of(1, 1, 0.3, 1, 1, 0.3, 0.3, 0.3, 2);
    const kinds: ArchitectureOptions[] = [
      strong,
      { ...strong, heads: 2 },
      { ...strong, heads: 6 },
      { ...strong, heads: 2, outputProjection: true },
      { ...fixed, block: 'preLN', norm: 'rms' },
      { ...fixed, block: 'postLN', norm: 'rms' },
    ];
    for (const options of kinds) {
      const chain = gramChain(architecture(options));
      let next = chain.initialState(V0, stream());
      for (let l = 0; l < 20; l++) next = chain.layer(next, new Stream(chainKey, 0, l));
      expect(next.V.every(Number.isFinite)).toBe(true);
      expect(next.V[1] / next.V[0]).toBeCloseTo(1, 9);
      expect(next.V[2] / next.V[5]).toBeCloseTo(1, 9);
    }
  });

  test('a zero token and one token alone are no special case', () => {
    const V0 = Float64Array.of(1, 0, 0.3, 0, 0, 0, 0.3, 0, 2);
    const next = gramChain(architecture(strong)).layer({ V: V0 }, stream());
    expect([next.V[1], next.V[4], next.V[5]]).toEqual([0, 0, 0]);
    const single = gramChain(architecture({ ...strong, tokens: 1 }));
    expect(single.layer({ V: Float64Array.of(1) }, stream()).V[0]).toBeGreaterThan(0);
  });
});

describe('what the chain cannot do is refused', () => {
  test('LayerNorm', () => {
    expect(() => gramChain(architecture({ ...fixed, block: 'preLN' }))).toThrow(/norm 'rms'/);
  });

  test('a half-step that the architecture does not have', () => {
    const mlpOnly = gramChain(architecture({ ...strong, attention: 'none' }));
    expect(() => mlpOnly.attention({ V: new Float64Array(9) }, new Stream(chainKey))).toThrow(
      /layer\(\)/,
    );
  });

  test('heads without slices and without a stream to draw them', () => {
    const process = gramChain(architecture({ ...strong, heads: 2 }));
    expect(() => process.initialState(Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1))).toThrow(
      /stream/,
    );
  });

  test.each([
    [Float64Array.of(1, 0, 0, 1), /9 numbers, row-major\), got 4/],
    [Float64Array.of(1, 0, 0, 0, NaN, 0, 0, 0, 1), /finite, got NaN/],
    [Float64Array.of(1, 0.5, 0, 0, 1, 0, 0, 0, 1), /symmetric/],
    [Float64Array.of(1, 2, 0, 2, 1, 0, 0, 0, 1), /positive semidefinite/],
    [Float64Array.of(0, 0.5, 0, 0.5, 1, 0, 0, 0, 1), /positive semidefinite/],
  ])('a V0 that is no covariance: %j', (V0, message) => {
    expect(() => gramChain(architecture(strong)).initialState(V0)).toThrow(message);
  });
});
