import * as tf from '@tensorflow/tfjs-core';

/**
 * `A = softmax(z) + S` along the last axis, with one S for all sequences.
 *
 * Its own gradient keeps A alone, where automatic differentiation would keep the softmax beside it:
 * `P = A − S`, `dz = P ∘ (dA − Σ_j P_j dA_j)`, `dS = Σ_b dA`. P is so recovered to within the
 * rounding of A.
 *
 * @param logits z, `[B, H, T, S]`
 * @param shaping S, `[1, H, T, S]`
 */
export function softmaxPlus(logits: tf.Tensor4D, shaping: tf.Tensor4D): tf.Tensor4D {
  const op = tf.customGrad<tf.Tensor4D>((...args) => {
    const [z, added, save] = args as [tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    const value: tf.Tensor4D = tf.add(tf.softmax(z), added);
    save([value, added]);
    const gradFunc = (dy: tf.Tensor4D, saved: tf.Tensor[]) => {
      const probabilities = tf.sub(saved[0], saved[1]);
      const weighted = tf.mul(probabilities, dy);
      const along = tf.mul(probabilities, tf.sum(weighted, -1, true));
      return [tf.sub(weighted, along), tf.sum(dy, 0, true)];
    };
    return { value, gradFunc };
  });
  return op(logits, shaping);
}
