import * as tf from '@tensorflow/tfjs-core';

/**
 * The sum of `x` `[B, H, S, V]` over keys up to and including each one (`reverse`: from each one on).
 *
 * `tf.cumsum` with its gradient put right: in TensorFlow.js 4.22 that has the wrong shape on any but
 * the last axis. The gradient of a running sum is the running sum from the other end.
 */
export function runningSum(x: tf.Tensor4D, reverse = false): tf.Tensor4D {
  const op = tf.customGrad<tf.Tensor4D>((input) => ({
    value: tf.cumsum(input as tf.Tensor4D, 2, false, reverse),
    gradFunc: (dy: tf.Tensor4D) => runningSum(dy, !reverse),
  }));
  return op(x);
}
