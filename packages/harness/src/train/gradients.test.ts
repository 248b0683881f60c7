import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { gradientsOf, lossOf, trainedVariables } from './gradients.js';
import { networkOf, smallConfig } from './testing/small-training.js';

beforeAll(() => selectBackend('wasm'));

const idsOf = (text: string) => Int32Array.from(text, (c) => c.charCodeAt(0));
const batch = { inputs: idsOf('the cat sat on t'), targets: idsOf('he cat sat on th') };
const other = { inputs: idsOf('abcdefgh'), targets: idsOf('bcdefghi') };

/** Relative error of a central difference in float32 at the step used below. */
const DIFFERENCE_ERROR = 0.02;

describe('gradientsOf', () => {
  it('gives every trainable weight a gradient that is not zero', () => {
    const network = networkOf(smallConfig());
    const { tensors } = gradientsOf(network, batch);
    const variables = trainedVariables(network);
    expect(Object.keys(tensors)).toHaveLength(variables.length);
    for (const { name } of variables) {
      expect(
        tensors[name].dataSync().some((value) => value !== 0),
        name,
      ).toBe(true);
    }
    tf.dispose(tensors);
  });

  it('points where the loss rises: its norm is the slope along it', () => {
    const network = networkOf(smallConfig());
    const { tensors, norm } = gradientsOf(network, batch);
    const step = 0.02;
    const lossAt = (t: number) => {
      for (const variable of trainedVariables(network)) {
        const moved = tf.tidy(() => tf.add(variable, tf.mul(tensors[variable.name], t / norm)));
        variable.assign(moved);
        moved.dispose();
      }
      return lossOf(network, [batch]);
    };
    const slope = (lossAt(step) - lossAt(-2 * step)) / (2 * step);
    expect(Math.abs(slope / norm - 1)).toBeLessThan(DIFFERENCE_ERROR);
    tf.dispose(tensors);
  });

  it('gives the loss that lossOf gives, which weighs every token alike', () => {
    const network = networkOf(smallConfig());
    const { loss, tensors } = gradientsOf(network, batch);
    tf.dispose(tensors);
    expect(lossOf(network, [batch])).toBe(loss);
    const both = (2 * loss + lossOf(network, [other])) / 3;
    expect(lossOf(network, [batch, other])).toBeCloseTo(both, 12);
  });
});
