import { architecture, type Architecture, type ArchitectureOptions } from '@shaped/sde';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { Failure } from '../failure.js';
import { forwardTwin, type TwinGains } from '../testing/forward-twin.js';
import { buildBlocks, type BlockTraining } from './build-blocks.js';
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

/** γ1 and γ2 of every head before any training, from the architecture alone. */
function gainsAtStart({ heads, width, gamma1Shift, gamma2Shift }: Architecture): TwinGains {
  const ofHeads = (shift: number) => Array<number>(heads).fill(1 + shift / width);
  return { gamma1: ofHeads(gamma1Shift), gamma2: ofHeads(gamma2Shift) };
}

/** The largest difference of a layer's tensors from the twin of `twinOptions`. */
function difference(options: ArchitectureOptions, twinOptions = options): number {
  const arch = architecture(options);
  const [, block] = buildBlocks(arch, 42);
  const X = embedWindow([3, 1, 4, 1, 5], { width: arch.width, seed: 1, positions: true });
  const taps = tf.tidy(() => {
    const all = block.tap(tf.tensor3d(X, [1, arch.tokens, arch.width]));
    return Object.entries(all).map(([name, tensor]) => [name, tensor.dataSync()] as const);
  });
  const twinArch = architecture(twinOptions);
  const twin = forwardTwin(block, twinArch, X, gainsAtStart(twinArch));
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
    ['no identity', { ...base, gamma1Shift: -24 }],
    ['no centring', { ...base, gamma2Shift: -24 }],
    ['gains 0.5 and 1.75', { ...base, gamma1Shift: -12, gamma2Shift: 18 }],
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
    ['gamma1Shift', { gamma1Shift: -0.1 }],
    ['gamma2Shift', { gamma2Shift: 0.1 }],
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

describe('each ablation is another network', () => {
  /** The output of the second layer on one window. */
  function outputOf(options: ArchitectureOptions, training: BlockTraining = {}): number[] {
    const arch = architecture(options);
    const [, block] = buildBlocks(arch, 42, training);
    const X = embedWindow([3, 1, 4, 1, 5], { width: arch.width, seed: 1, positions: true });
    const values = tf.tidy(() => {
      const output = block.apply(tf.tensor3d(X, [1, arch.tokens, arch.width])) as tf.Tensor;
      return Array.from(output.dataSync());
    });
    block.dispose();
    return values;
  }
  const gap = (a: number[], b: number[]) => Math.max(...a.map((x, i) => Math.abs(x - b[i])));
  const shaped = () => outputOf(base);

  test.each<[string, BlockTraining, Partial<ArchitectureOptions>]>([
    ['identity', { identity: false }, { gamma1Shift: -24 }],
    ['centring', { centring: false }, { gamma2Shift: -24 }],
  ])('without %s: as with a gain of 0, which shaped is not', (_, training, zero) => {
    const without = outputOf(base, training);
    expect(gap(without, outputOf({ ...base, ...zero }))).toBeLessThan(TOLERANCE);
    expect(gap(without, shaped())).toBeGreaterThan(0.1);
  });

  test('plain ReLU is the shaped one with slopes 1 and 0, and not with its own', () => {
    const plainRelu = outputOf({ ...base, activation: 'relu' });
    const slopes = outputOf({ ...base, cPlus: 0, cMinus: -Math.sqrt(24) });
    expect(gap(plainRelu, slopes)).toBeLessThan(TOLERANCE);
    expect(gap(plainRelu, shaped())).toBeGreaterThan(0.1);
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
  ])('%s', (_, change, message) => {
    const build = () => buildBlocks(architecture({ ...base, ...change }), 1);
    expect(build).toThrow(Failure);
    expect(build).toThrow(message);
  });
});
