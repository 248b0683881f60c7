import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import type { LanguageModel } from '../network/index.js';
import { findNonFinite } from './find-non-finite.js';
import { networkOf, smallConfig } from './testing/small-training.js';

beforeAll(() => selectBackend('wasm'));

const batch = {
  inputs: Int32Array.from('abcdefgh', (c) => c.charCodeAt(0)),
  targets: new Int32Array(8),
};

function scale(network: LanguageModel, layer: string, name: string, factor: number): void {
  const weight = network.model
    .getLayer(layer)
    .weights.find(({ originalName }) => originalName.endsWith(name))!;
  const scaled = tf.mul(weight.read(), factor);
  weight.write(scaled);
  scaled.dispose();
}

describe('findNonFinite', () => {
  it('finds nothing in a healthy network, and leaves no tensor', () => {
    const network = networkOf(smallConfig());
    const { numTensors } = tf.memory();
    expect(findNonFinite(network, batch)).toBeUndefined();
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('names a weight before the tensors it spoils', () => {
    const network = networkOf(smallConfig());
    scale(network, 'layer_1', 'value/kernel', Infinity);
    expect(findNonFinite(network, batch)).toEqual({
      layer: 'layer 2 of 2',
      tensor: 'weight value/kernel',
    });
  });

  it('names the first tensor that overflows where all weights are finite', () => {
    const network = networkOf(smallConfig());
    scale(network, 'layer_0', 'value/kernel', 1e30);
    scale(network, 'layer_0', 'mlp/pre/kernel', 1e30);
    expect(findNonFinite(network, batch)).toEqual({
      layer: 'layer 1 of 2',
      tensor: 'preActivation',
    });
  });

  it('names the gradient nearest to the loss where the forward pass is finite', () => {
    const network = networkOf(smallConfig());
    // All tokens are zero, and so is every activation; only the way back multiplies the kernels.
    scale(network, 'embedding', 'token/kernel', 0);
    scale(network, 'embedding', 'position/kernel', 0);
    scale(network, 'layer_1', 'mlp/pre/kernel', 1e30);
    scale(network, 'layer_1', 'mlp/post/kernel', 1e30);
    expect(findNonFinite(network, batch)).toEqual({
      layer: 'layer 2 of 2',
      tensor: 'gradient of gamma2',
    });
  });
});
