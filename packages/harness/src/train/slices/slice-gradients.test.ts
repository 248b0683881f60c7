import { keyFromSeed, Stream } from '@shaped/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { IGNORED } from '../../data/index.js';
import { BACKENDS, useBackend } from '../../metrics/testing/backends.js';
import { tokenLoss } from '../objective/token-loss.js';
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

  it.each([1, 2, 3])('is a mean over what is to be told, for %i slices', (slices) => {
    const values = new Stream(keyFromSeed(1)).fillNormal32(new Float32Array(24));
    const z = tf.variable(tf.tensor3d(values, [4, 2, 3]));
    onTestFinished(() => z.dispose());
    const rows = tf.range(0, 4, 1, 'int32');
    // Sequences with two, one and no token to be told.
    const targets = tf.tensor2d([0, 2, IGNORED, 1, IGNORED, IGNORED, 2, IGNORED], [4, 2], 'int32');
    const loss = ([own, told]: Sequences) => {
      const logits: tf.Tensor3D = tf.reshape(tf.gather(z, own), [own.shape[0], 2, 3]);
      return tokenLoss(logits, tf.reshape(told, [own.shape[0], 2]));
    };
    const whole = tf.variableGrads(() => loss([rows, targets]), [z]);
    const sliced = tf.tidy(() => sliceGradients(loss, [rows, targets], [z], slices));
    expect(sliced.loss.dataSync()[0]).toBeCloseTo(whole.value.dataSync()[0], 5);
    const expected = whole.grads[z.name].dataSync<'float32'>();
    sliced.gradients[0].dataSync<'float32'>().forEach((value, i) => {
      expect(Math.abs(value - expected[i])).toBeLessThan(ROUNDING);
    });
  });
});
