import * as tf from '@tensorflow/tfjs-core';

/**
 * `x W` along the last axis.
 *
 * Rows are joined to a matrix first: tfjs has no gradient for a product of rank 3 with rank 2.
 *
 * @param x `[..., D]`
 * @param kernel `[D, F]`
 */
export function linear(x: tf.Tensor, kernel: tf.Tensor): tf.Tensor {
  const [inputDim, outputDim] = kernel.shape;
  if (x.rank === 2) return tf.matMul(x, kernel);
  const rows = tf.reshape(x, [-1, inputDim]);
  const product = tf.matMul(rows, kernel);
  return tf.reshape(product, [...x.shape.slice(0, -1), outputDim]);
}
