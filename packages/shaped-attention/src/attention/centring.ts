import * as tf from '@tensorflow/tfjs-core';
import type { AttentionMask } from './attention-mask.js';
import { rowsAt } from './rows-at.js';
import { runningSum } from './running-sum.js';

/**
 * The centring matrix `C̄_ij = B_ij / c_i`, `[1 or B, 1, 1 or T, S]`: the post-softmax matrix at zero
 * logits under the mask B, with c_i the number of allowed keys. A row with no allowed key is zero.
 *
 * Source: docs/theory.md, section 1.
 */
export function centringMatrix(mask: AttentionMask, keyLength: number): tf.Tensor4D {
  if (mask.allowed == null) return tf.fill([1, 1, 1, keyLength], 1 / keyLength);
  return tf.div(mask.allowed, mask.count!);
}

/** `M v` for a mask-shaped M `[1 or B, 1, T, S]` and v `[B, H, S, V]`. */
function headlessProduct(matrix: tf.Tensor4D, v: tf.Tensor4D): tf.Tensor4D {
  // tfjs multiplies wrongly when only one of two batch axes is broadcast, so heads join the columns.
  if (matrix.shape[0] === 1) return tf.matMul(matrix, v);
  const [batch, heads, keyLength, valueDim] = v.shape;
  const queryLength = matrix.shape[2];
  const joined = tf.reshape(tf.transpose(v, [0, 2, 1, 3]), [batch, keyLength, heads * valueDim]);
  const square = tf.reshape(matrix, [batch, queryLength, keyLength]);
  const product = tf.matMul(square, joined);
  return tf.transpose(tf.reshape(product, [batch, queryLength, heads, valueDim]), [0, 2, 1, 3]);
}

/**
 * The centred values `C̄ v`, `[B, H, T or 1, V]`, for v `[B, H, S, V]`, without the matrix C̄ where
 * the mask allows: a mean (no mask), a masked mean (padding) or a running mean (causal), each in
 * O(S·V); with an explicit mask, one product with the normalised mask that all heads share.
 *
 * @param positions where the queries stand on the key axis, for the causal mask
 */
export function centredValues(
  v: tf.Tensor4D,
  mask: AttentionMask,
  positions: Int32Array,
): tf.Tensor4D {
  const keyLength = v.shape[2];
  switch (mask.kind) {
    case 'full':
      return tf.mean(v, 2, true);
    case 'padding':
      return tf.sum(tf.mul(v, tf.div(mask.padding!, mask.count!)), 2, true);
    case 'explicit':
      return headlessProduct(centringMatrix(mask, keyLength), v);
    case 'causal':
    case 'causalPadding': {
      const kept: tf.Tensor4D = mask.padding == null ? v : tf.mul(v, mask.padding);
      // A query beyond the last key sees every key.
      const last = positions.map((p) => Math.min(p, keyLength - 1));
      return tf.div(rowsAt(runningSum(kept), last), mask.count!);
    }
  }
}
