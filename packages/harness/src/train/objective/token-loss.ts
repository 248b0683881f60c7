import * as tf from '@tensorflow/tfjs-core';
import { IGNORED } from '../../data/index.js';

/**
 * The mean cross-entropy of the tokens that are to be told, in nats, a scalar:
 * `ℓ = Σ_i w_i (ln Σ_v exp z_iv − z_{i, target_i}) / Σ_i w_i`, w_i = 0 where the target is `IGNORED`
 * and 1 elsewhere; 0 when all are ignored.
 *
 * Its own gradient, `∂ℓ/∂z = w (softmax(z) − onehot(target))/Σw`, costs one pass over the logits;
 * the dozen passes of automatic differentiation would take longer than a block. The softmax is taken
 * by the backends' own kernel, a third of the passes: `ln Σ_v exp z_v = max z − ln max softmax(z)`. It
 * neither overflows nor vanishes for any finite logits, as the largest probability is at least
 * 1/vocabulary.
 *
 * @param logits `[B, T, vocabulary]`
 * @param targets `[B, T]` int32
 */
export function tokenLoss(logits: tf.Tensor3D, targets: tf.Tensor2D): tf.Scalar {
  const [batch, tokens, vocabulary] = logits.shape;
  const N = batch * tokens;
  const rows: tf.Tensor2D = tf.reshape(logits, [N, vocabulary]);
  const given: tf.Tensor1D = tf.reshape(targets, [N]);
  const loss = tf.customGrad<tf.Scalar>((...args) => {
    const [z, save] = args as unknown as [tf.Tensor2D, tf.GradSaveFunc];
    const probabilities = tf.softmax(z);
    const counts = tf.cast(tf.notEqual(given, IGNORED), 'float32');
    const weights = tf.div(counts, tf.maximum(tf.sum(counts), 1));
    const ids = tf.maximum(given, tf.scalar(0, 'int32'));
    const at = tf.add<tf.Tensor1D>(ids, tf.range(0, N * vocabulary, vocabulary, 'int32'));
    const chosen = tf.gather(tf.reshape(z, [-1]), at);
    const behind = tf.sub(tf.max(z, -1), chosen);
    const each = tf.sub(behind, tf.log(tf.max(probabilities, -1)));
    const value = tf.sum<tf.Scalar>(tf.mul(weights, each));
    // What the gradient needs and is not saved here is disposed of before it runs.
    save([probabilities, ids, weights]);
    const gradFunc = (dy: tf.Scalar, [softmax, indices, weight]: tf.Tensor[]) => {
      // On wasm a one-hot of float32 holds the bits of the integer 1; one of int32 is right.
      const hot = tf.cast(tf.oneHot(indices, vocabulary), 'float32');
      const errors = tf.sub(softmax, hot);
      return tf.mul(errors, tf.mul(tf.reshape(weight, [N, 1]), dy));
    };
    return { value, gradFunc };
  });
  return loss(rows);
}
