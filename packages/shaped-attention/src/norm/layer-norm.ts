import * as tf from '@tensorflow/tfjs-core';
import { NORM_EPSILON, standardize } from './standardize.js';

/**
 * The layer norm of every row: `g ∘ z/√(mean(z²) + ε) + h`, `z = x − mean(x)`, along the last axis.
 *
 * Source: Ba, Kiros, Hinton 2016 (arXiv 1607.06450). The same function as
 * `tf.layers.layerNormalization`, with a gradient of its own that needs fewer kernels.
 *
 * @param x `[..., D]`
 * @param gain `[D]`, optional
 * @param bias `[D]`, optional
 * @param epsilon defaults to `NORM_EPSILON`
 */
export function layerNorm<T extends tf.Tensor>(
  x: T,
  gain?: tf.Tensor,
  bias?: tf.Tensor,
  epsilon = NORM_EPSILON,
): T {
  return tf.tidy(() => {
    const unit = standardize(x, true, epsilon);
    const scaled = gain === undefined ? unit : tf.mul<T>(unit, gain);
    return bias === undefined ? scaled : tf.add<T>(scaled, bias);
  });
}
