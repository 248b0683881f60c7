import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { selectBackend } from '../../backend/index.js';
import { IGNORED } from '../../data/index.js';
import { gradientsOf, trainedVariables } from '../gradients.js';
import { networkOf, smallConfig } from '../testing/small-training.js';
import { SlicedGradients } from './sliced-gradients.js';

/** Sums of float32 numbers of order one, in another order. */
const ROUNDING = 1e-5;

const ids = (from: number) => Int32Array.from({ length: 40 }, (_, i) => from + ((i * i) % 90));
/** Five sequences of eight tokens; of the second none is to be told. */
const batch = { inputs: ids(1), targets: ids(3).fill(IGNORED, 8, 16) };

beforeAll(() => selectBackend('wasm'));

describe('SlicedGradients', () => {
  it.each([
    [5, 2],
    [5, 3],
    [5, 5],
    [1, 1],
  ])(
    'of rounds of %i sequences in %i slices are loss and gradient of the batch',
    (sequences, slices) => {
      const network = networkOf(smallConfig());
      const { loss, tensors } = gradientsOf(network, batch);
      const dropout = { rate: 0, seed: 0 };
      const sliced = new SlicedGradients(network, { sequences, slices, dropout, threads: 4 });
      onTestFinished(() => sliced.dispose());
      const before = tf.memory().numTensors;
      const [own, ...gradients] = sliced.of(batch, 0);
      expect(tf.memory().numTensors - before).toBe(1 + gradients.length);
      expect(Math.abs(own.dataSync()[0] - loss)).toBeLessThan(ROUNDING);
      trainedVariables(network).forEach(({ name, shape }, i) => {
        const expected = tensors[name].dataSync();
        expect(gradients[i].shape).toEqual(shape);
        gradients[i].dataSync().forEach((value, at) => {
          expect(Math.abs(value - expected[at])).toBeLessThan(ROUNDING);
        });
      });
      tf.dispose([own, gradients, tensors]);
    },
  );

  it('draws the masks of dropout by update and sequence', () => {
    const network = networkOf(smallConfig());
    const losses = (slices: number, updates: number, seed = 1) => {
      const dropout = { rate: 0.4, seed };
      const sliced = new SlicedGradients(network, { sequences: 5, slices, dropout });
      const [loss] = tf.tidy(() => sliced.of(batch, updates)[0].dataSync());
      return loss;
    };
    expect(Math.abs(losses(2, 0) - losses(5, 0))).toBeLessThan(ROUNDING);
    expect(losses(2, 1)).not.toBeCloseTo(losses(2, 0), 4);
    expect(losses(2, 0, 2)).not.toBeCloseTo(losses(2, 0), 4);
  });
});
