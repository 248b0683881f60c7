import * as tf from '@tensorflow/tfjs-core';
import { maskLogits, type AttentionMask } from './attention-mask.js';

/**
 * `A = softmax(q kᵀ) + S` under a mask, `[B, H, T, S]`, with one S for all sequences.
 *
 * Its own gradient keeps A alone of the matrices on the way, where automatic differentiation would
 * keep the softmax beside it: `P = A − S`, `dz = P ∘ (dA − Σ_j P_j dA_j)`, `dS = Σ_b dA`. P is so
 * recovered to within the rounding of A.
 *
 * @param q divided by τ, `[B, H, T, K]`
 * @param k `[B, H, S, K]`
 * @param shaping S, `[1, H, T, S]`
 */
export function shapedSoftmax(
  q: tf.Tensor4D,
  k: tf.Tensor4D,
  shaping: tf.Tensor4D,
  mask: AttentionMask,
): tf.Tensor4D {
  const op = tf.customGrad<tf.Tensor4D>((...args) => {
    const [queries, keys, added, save] = args as [
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
      tf.GradSaveFunc,
    ];
    const value: tf.Tensor4D = tf.add(maskedSoftmax(queries, keys, mask), added);
    save([queries, keys, added, value]);
    const gradFunc = (dy: tf.Tensor4D, saved: tf.Tensor[]) => {
      const [ownQueries, ownKeys, ownAdded, matrix] = saved;
      const dz = tf.tidy(() => {
        const P = tf.sub(matrix, ownAdded);
        const along = tf.tidy(() => tf.sum(tf.mul(P, dy), -1, true));
        return tf.mul(P, tf.sub(dy, along));
      });
      return [tf.matMul(dz, ownKeys), tf.matMul(dz, ownQueries, true), tf.sum(dy, 0, true)];
    };
    return { value, gradFunc };
  });
  return op(q, k, shaping);
}

/**
 * `softmax(q kᵀ)` under the mask, `[B, H, T, S]`; the logits are not kept.
 *
 * @param q divided by τ
 */
export function maskedSoftmax(q: tf.Tensor4D, k: tf.Tensor4D, mask: AttentionMask): tf.Tensor4D {
  return tf.tidy(() => {
    const masked = tf.tidy(() => maskLogits(tf.matMul(q, k, false, true), mask));
    return tf.softmax(masked);
  });
}
