import * as tf from '@tensorflow/tfjs-core';

/** What gradients are multiplied with so that their norm is at most `limit`: `limit/max(norm, limit)`. */
export function clipFactor(norm: tf.Scalar, limit: number): tf.Scalar {
  return tf.div(limit, tf.maximum(norm, limit));
}
