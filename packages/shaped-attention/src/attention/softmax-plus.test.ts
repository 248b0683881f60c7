import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../testing/backends.js';
import { softmaxPlus } from './softmax-plus.js';

/** One exponential, a quotient and sums of a few terms of order one in float32. */
const ROUNDING = 1e-6;

describeOnBackends('softmaxPlus', () => {
  const z = () => tf.tensor4d([0.3, -1, 2, 0.1, 0, -0.7, 1.5, 0.2], [2, 1, 2, 2]);
  const s = () => tf.tensor4d([1, -0.5, -0.5, 1], [1, 1, 2, 2]);
  const seen = () => tf.tensor4d([1, -2, 0.5, 3, -1, 1, 2, 0.3], [2, 1, 2, 2]);
  const apart = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];

  test('has the values and gradients of the softmax and the sum', () => {
    tf.tidy(() => {
      const plain = (a: tf.Tensor, b: tf.Tensor) => tf.add<tf.Tensor4D>(tf.softmax(a), b);
      expect(apart(softmaxPlus(z(), s()), plain(z(), s()))).toBe(0);
      const gradients = (f: (a: tf.Tensor4D, b: tf.Tensor4D) => tf.Tensor) =>
        tf.grads((a, b) => tf.sum(tf.mul(f(a as tf.Tensor4D, b as tf.Tensor4D), seen())))([
          z(),
          s(),
        ]);
      const [own, expected] = [gradients(softmaxPlus), gradients(plain)];
      own.forEach((gradient, i) => {
        expect(gradient.shape).toEqual(expected[i].shape);
        expect(apart(gradient, expected[i])).toBeLessThan(ROUNDING);
      });
    });
  });
});
