import { architecture, type ArchitectureOptions } from '@shaped/sde';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { Failure } from '../failure.js';
import { forwardTwin } from '../testing/forward-twin.js';
import { buildBlocks } from './build-blocks.js';
import { embedWindow } from './embed-window.js';

/** Float32 rounding of a layer whose entries are of order one. */
const TOLERANCE = 2e-5;

beforeAll(() => selectBackend('wasm'));

const base: ArchitectureOptions = {
  tokens: 5,
  width: 24,
  depth: 3,
  heads: 2,
  headWidth: 7,
  mask: 'causal',
  outputProjection: true,
  gamma: 0.6,
  tau0: 0.4,
  cPlus: 0.7,
  cMinus: -1.3,
};

/** The largest difference of a layer's tensors from the twin of `twinOptions`. */
function difference(options: ArchitectureOptions, twinOptions = options): number {
  const arch = architecture(options);
  const [, block] = buildBlocks(arch, 42);
  const X = embedWindow([3, 1, 4, 1, 5], { width: arch.width, seed: 1, positions: true });
  const taps = tf.tidy(() => {
    const all = block.tap(tf.tensor3d(X, [1, arch.tokens, arch.width]));
    return Object.entries(all).map(([name, tensor]) => [name, tensor.dataSync()] as const);
  });
  const twin = forwardTwin(block, architecture(twinOptions), X);
  block.dispose();
  return Math.max(
    ...taps.flatMap(([name, values]) => {
      const expected = twin[name as keyof typeof twin];
      expect(values.length, name).toBe(expected.length);
      return Array.from(values, (value, i) => Math.abs(value - expected[i]));
    }),
  );
}

const plain: ArchitectureOptions = { ...base, gamma: undefined, cPlus: undefined };

describe('one layer is what docs/theory.md says, from its own weights in float64', () => {
  test.each<[string, ArchitectureOptions]>([
    ['shaped, causal, two narrow heads, projected', base],
    ['shaped, full mask', { ...base, mask: 'full' }],
    ['shaped, no projection', { ...base, outputProjection: false }],
    ['unshaped', { ...base, block: 'unshaped' }],
    ['plain softmax in a shaped block', { ...base, attention: 'softmax' }],
    ['plain ReLU in a shaped block', { ...base, activation: 'relu' }],
    ...(['tanh', 'gelu', 'silu', 'softplus'] as const).map(
      (smooth): [string, ArchitectureOptions] => [
        `shaped ${smooth}`,
        { ...base, activation: 'shapedSmooth', smooth, a: 0.3 },
      ],
    ),
    ['shaped attention in an unshaped block', { ...base, block: 'unshaped', attention: 'shaped' }],
    ['preLN', { ...plain, block: 'preLN' }],
    ['preLN, rms', { ...plain, block: 'preLN', norm: 'rms' }],
    ['postLN', { ...plain, block: 'postLN' }],
    ['postLN, rms', { ...plain, block: 'postLN', norm: 'rms' }],
    ['depthScaled', { ...plain, block: 'depthScaled' }],
  ])('%s', (_, options) => {
    expect(difference(options)).toBeLessThan(TOLERANCE);
  });
});

describe('every number of the architecture reaches the layer: another one is seen', () => {
  test.each<[string, Partial<ArchitectureOptions>]>([
    ['mask', { mask: 'full' }],
    ['gamma', { gamma: 0.61 }],
    ['tau0', { tau0: 0.41 }],
    ['cPlus', { cPlus: 0.71 }],
    ['cMinus', { cMinus: -1.29 }],
    ['attention', { attention: 'softmax' }],
    ['activation', { activation: 'relu' }],
  ])('%s', (_, change) => {
    expect(difference(base, { ...base, ...change })).toBeGreaterThan(20 * TOLERANCE);
  });

  test.each<[string, Partial<ArchitectureOptions>]>([
    ['smooth', { smooth: 'silu' }],
    ['a', { a: 0.33 }],
  ])('%s', (_, change) => {
    const smooth: ArchitectureOptions = { ...base, activation: 'shapedSmooth', a: 0.3 };
    expect(difference(smooth, { ...smooth, ...change })).toBeGreaterThan(20 * TOLERANCE);
  });

  test('depth, through the scale of depthScaled', () => {
    const scaled: ArchitectureOptions = { ...plain, block: 'depthScaled' };
    expect(difference(scaled, { ...scaled, depth: 4 })).toBeGreaterThan(20 * TOLERANCE);
  });

  test('one block a layer, all with weights of their own', () => {
    const blocks = buildBlocks(architecture(base), 42);
    blocks.forEach((block) => block.build([1, 5, 24]));
    const firsts = blocks.flatMap((block) =>
      block.weights.filter(({ shape }) => shape.length > 1).map((w) => w.read().dataSync()[0]),
    );
    expect(blocks).toHaveLength(3);
    expect(new Set(firsts).size).toBe(3 * 6);
    blocks.forEach((block) => block.dispose());
  });
});

describe('what a network cannot express is refused', () => {
  test.each<[string, Partial<ArchitectureOptions>, RegExp]>([
    ['no attention', { attention: 'none' }, /got attention 'none', activation 'shapedRelu'/],
    ['no MLP', { activation: 'none' }, /got attention 'shaped', activation 'none'/],
    [
      'an explicit mask',
      {
        mask: [
          [1, 0],
          [1, 1],
        ],
        tokens: 2,
      },
      /got an explicit matrix/,
    ],
    ['shifted gains', { gamma2Shift: 1 }, /gamma1Shift and gamma2Shift 0, got 0 and 1/],
  ])('%s', (_, change, message) => {
    const build = () => buildBlocks(architecture({ ...base, ...change }), 1);
    expect(build).toThrow(Failure);
    expect(build).toThrow(message);
  });
});
