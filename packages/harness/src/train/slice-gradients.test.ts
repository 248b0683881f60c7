import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { BACKENDS, useBackend } from '../metrics/testing/backends.js';
import { sliceGradients, type Sequences } from './slice-gradients.js';

/** A few products and sums of small integers and sixths, in float32. */
const ROUNDING = 1e-5;

describe.each(BACKENDS)('sliceGradients on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each([1, 2, 3, 5, 8])('is the mean and its gradient for up to %i slices of five', (slices) => {
    const w = tf.variable(tf.tensor1d([0.5, -1, 2]));
    onTestFinished(() => w.dispose());
    const ids = tf.tensor2d([0, 1, 2, 2, 1, 0, 0, 0, 1, 2], [5, 2], 'int32');
    const targets = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [5, 2], 'int32');
    const sizes: number[] = [];
    const loss = ([own, next]: Sequences) => {
      sizes.push(own.shape[0]);
      const chosen = tf.matMul(
        tf.reshape(tf.cast(tf.oneHot(own, 3), 'float32'), [-1, 3]),
        tf.reshape(w, [3, 1]),
      );
      const errors = tf.sub(tf.reshape(chosen, own.shape), tf.cast(next, 'float32'));
      return tf.mean<tf.Scalar>(tf.square(errors));
    };
    const whole = tf.variableGrads(() => loss([ids, targets]), [w]);
    sizes.length = 0;
    const sliced = tf.tidy(() => sliceGradients(loss, [ids, targets], [w], slices));
    expect(sizes).toHaveLength(Math.min(slices, 5));
    expect(sizes.reduce((sum, size) => sum + size)).toBe(5);
    expect(sliced.loss.dataSync()[0]).toBeCloseTo(whole.value.dataSync()[0], 4);
    const expected = whole.grads[w.name].dataSync<'float32'>();
    sliced.gradients[0].dataSync<'float32'>().forEach((value, i) => {
      expect(Math.abs(value / expected[i] - 1)).toBeLessThan(ROUNDING);
    });
  });
});
