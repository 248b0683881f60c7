import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../testing/backends.js';
import { attentionMask, maskLogits } from './attention-mask.js';
import { shapedSoftmax } from './shaped-softmax.js';

/** Products of three terms, an exponential, a quotient and sums of order one in float32. */
const ROUNDING = 2e-6;

const [batch, heads, tokens, width] = [2, 2, 4, 3];
const draw = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);
const problem = () => [
  draw([batch, heads, tokens, width], 1),
  draw([batch, heads, tokens, width], 2),
  draw([1, heads, tokens, tokens], 3),
];

const apart = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];

describeOnBackends('shapedSoftmax', () => {
  test.each([false, true])(
    'has the values and gradients of its parts (causal: %s)',
    (useCausalMask) => {
      tf.tidy(() => {
        const positions = Int32Array.from({ length: tokens }, (_, i) => i);
        const mask = attentionMask([batch, tokens, tokens], positions, { useCausalMask });
        const own = (...args: tf.Tensor[]) => {
          const [q, k, shaping] = args as tf.Tensor4D[];
          return shapedSoftmax(q, k, shaping, mask);
        };
        const parts = (...args: tf.Tensor[]) => {
          const [q, k, shaping] = args as tf.Tensor4D[];
          return tf.add(tf.softmax(maskLogits(tf.matMul(q, k, false, true), mask)), shaping);
        };
        expect(apart(own(...problem()), parts(...problem()))).toBe(0);
        const seen = draw([batch, heads, tokens, tokens], 4);
        const gradients = (f: (...args: tf.Tensor[]) => tf.Tensor) =>
          tf.grads((...args: tf.Tensor[]) => tf.sum(tf.mul(f(...args), seen)))(problem());
        const [found, expected] = [gradients(own), gradients(parts)];
        found.forEach((gradient, i) => {
          expect(gradient.shape).toEqual(expected[i].shape);
          expect(apart(gradient, expected[i])).toBeLessThan(ROUNDING);
        });
      });
    },
  );
});
