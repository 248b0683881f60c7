import { architecture, type Architecture } from '@shaped/sde';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { reseedNetwork } from '../probe/index.js';
import { activationNormalizer } from './activation-normalizer.js';
import { buildBlocks } from './build-blocks.js';
import { falsified, falsifyWeights, type NegativeControl } from './negative-control.js';

const arch = architecture({ tokens: 3, width: 16, depth: 2, heads: 2, gamma: 0.5, cPlus: 0.4 });
const CONTROLS = ['none', 'centring', 'tau0', 'cMinus', 'normalizer', 'gamma'] as const;

beforeAll(() => selectBackend('wasm'));

function changed(control: NegativeControl): Partial<Architecture> {
  const wrong = falsified(arch, control);
  return Object.fromEntries(
    Object.entries(wrong).filter(([key, value]) => value !== arch[key as keyof Architecture]),
  );
}

describe('falsified changes', () => {
  test('tau0 by a fifth, and nothing else', () => {
    expect(changed('tau0')).toEqual({ tau0: 0.8 });
  });

  test('c₋ by a half, and nothing else', () => {
    expect(changed('cMinus')).toEqual({ cMinus: -0.5 });
  });

  test('γ by 15 %, and λ with it so that λ² + γ² stays 1', () => {
    const { gamma, lambda, ...rest } = changed('gamma');
    expect(gamma).toBeCloseTo(0.575, 15);
    expect((lambda as number) ** 2 + (gamma as number) ** 2).toBeCloseTo(1, 15);
    expect(rest).toEqual({});
  });

  test('nothing for a control of the weights, or none', () => {
    for (const control of ['none', 'centring', 'normalizer'] as const) {
      expect(changed(control)).toEqual({});
    }
  });

  test('γ at most to 1', () => {
    expect(
      falsified(architecture({ ...arch, gamma: 0.99, lambda: undefined }), 'gamma').gamma,
    ).toBe(1);
  });
});

describe('falsifyWeights changes', () => {
  /** The weights of every block before and after a control, by name. */
  function ratios(control: NegativeControl): Map<string, number[]> {
    const blocks = buildBlocks(arch, 1);
    blocks.forEach((block) => block.build([1, arch.tokens, arch.width]));
    reseedNetwork(blocks, 5, 0);
    const read = () =>
      blocks.flatMap((block, layer) =>
        block.weights.map(
          (w) => [`${layer} ${w.originalName}`, Array.from(w.read().dataSync())] as const,
        ),
      );
    const before = new Map(read());
    falsifyWeights(blocks, arch, control);
    const after = read();
    reseedNetwork(blocks, 5, 0);
    expect(new Map(read())).toEqual(before); // drawn anew, nothing of a control is left
    blocks.forEach((block) => block.dispose());
    return new Map(
      after.map(([name, values]) => [
        name,
        values.map((value, i) => value / (before.get(name) as number[])[i]),
      ]),
    );
  }

  const touched = (all: Map<string, number[]>) =>
    [...all].filter(([, values]) => values.some((ratio) => ratio !== 1)).map(([name]) => name);

  test('γ2 of every head and layer to zero, for centring', () => {
    const all = ratios('centring');
    expect(touched(all)).toEqual(['0 gamma2', '1 gamma2']);
    for (const layer of [0, 1]) expect(all.get(`${layer} gamma2`)).toEqual([0, 0]);
  });

  test('the MLP’s output by 1/√c, for the normaliser', () => {
    const all = ratios('normalizer');
    expect(touched(all)).toEqual(['0 mlp/post/kernel', '1 mlp/post/kernel']);
    const expected = 1 / Math.sqrt(activationNormalizer(arch));
    expect(expected).not.toBeCloseTo(1, 2);
    // float32 rounding of a product
    for (const ratio of all.get('1 mlp/post/kernel') as number[]) {
      expect(ratio).toBeCloseTo(expected, 6);
    }
  });

  test.each(['none', 'tau0', 'cMinus', 'gamma'] as const)('nothing for %s', (control) => {
    expect(touched(ratios(control))).toEqual([]);
  });

  test('nothing that is not there: blocks without centring are refused', () => {
    const plain = architecture({ tokens: 3, width: 16, depth: 1, block: 'unshaped' });
    const blocks = buildBlocks(plain, 1);
    blocks.forEach((block) => block.build([1, 3, 16]));
    expect(() => falsifyWeights(blocks, plain, 'centring')).toThrow(
      "negative control 'centring': expected blocks with gamma2, got unshaped blocks without.",
    );
    blocks.forEach((block) => block.dispose());
  });

  test('no count of tensors', () => {
    const blocks = buildBlocks(arch, 1);
    blocks.forEach((block) => block.build([1, arch.tokens, arch.width]));
    const before = tf.memory().numTensors;
    for (const control of CONTROLS) falsifyWeights(blocks, arch, control);
    expect(tf.memory().numTensors).toBe(before);
    blocks.forEach((block) => block.dispose());
  });
});
