import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { adamScale, adamUpdate } from './adam.js';

beforeAll(() => selectBackend('wasm'));

/** Sums and quotients of a few float32 numbers of order one. */
const ROUNDING = 1e-6;

describe('adamUpdate', () => {
  it('is the update of Kingma and Ba, with its bias corrections, over several steps', () => {
    const start = [0.5, -1, 2, 0];
    const gradients = [
      [0.1, -0.2, 1e-6, 3],
      [0.3, 0.1, 0, -2],
      [-0.2, 0.4, 1e-7, 0],
    ];
    const rates = [0.1, 0.05, 0.2];
    // Algorithm 1 of the paper in float64.
    const [w, m, v] = [[...start], [0, 0, 0, 0], [0, 0, 0, 0]];
    gradients.forEach((g, step) => {
      for (let i = 0; i < 4; i++) {
        m[i] = 0.9 * m[i] + 0.1 * g[i];
        v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
        const [c1, c2] = [1 - 0.9 ** (step + 1), 1 - 0.999 ** (step + 1)];
        w[i] -= (rates[step] * (m[i] / c1)) / (Math.sqrt(v[i] / c2) + 1e-8);
      }
    });
    const weight = tf.tidy(() => {
      const zeros = tf.zeros([4]);
      let state = { weight: tf.tensor1d(start) as tf.Tensor, first: zeros, second: zeros };
      gradients.forEach((g, step) => {
        const { rate, epsilon } = adamScale(step, rates[step]);
        state = adamUpdate(state, tf.tensor1d(g), tf.scalar(rate), tf.scalar(epsilon));
      });
      return state.weight.dataSync<'float32'>();
    });
    weight.forEach((value, i) => expect(Math.abs(value - w[i])).toBeLessThan(ROUNDING));
  });

  it('moves a weight by the learning rate in the first step, whatever the gradient', () => {
    const { rate, epsilon } = adamScale(0, 0.01);
    const moved = tf.tidy(() => {
      const zeros = tf.zeros([2]);
      return adamUpdate(
        { weight: zeros, first: zeros, second: zeros },
        tf.tensor1d([1e-3, -20]),
        tf.scalar(rate),
        tf.scalar(epsilon),
      ).weight.dataSync<'float32'>();
    });
    // ε is a hundred-thousandth of the smaller gradient.
    expect(Math.abs(moved[0] / -0.01 - 1)).toBeLessThan(2e-5);
    expect(Math.abs(moved[1] / 0.01 - 1)).toBeLessThan(2e-5);
  });
});
