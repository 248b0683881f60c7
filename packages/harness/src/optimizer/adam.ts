import * as tf from '@tensorflow/tfjs-core';
import type { UpdateRule } from './update-rule.js';

export interface AdamOptions {
  /** Decay of the mean of the gradients. */
  beta1: number;
  /** Decay of the mean of their squares. */
  beta2: number;
  /** ε, which the root of that mean is stabilised with. */
  epsilon: number;
}

/**
 * Adam (Kingma and Ba 2015, arXiv 1412.6980), and with a decoupled weight decay AdamW (Loshchilov and
 * Hutter 2019, arXiv 1711.05101): `m ← β1 m + (1 − β1) g`, `v ← β2 v + (1 − β2) g²`,
 * `w ← (1 − α λ) w − α (m/c1)/(√(v/c2) + ε)`, `c1 = 1 − β1^t`, `c2 = 1 − β2^t`.
 *
 * The bias corrections stand in the scale of the update, which is the same for all weights:
 * `α (m/c1)/(√(v/c2) + ε) = (α √c2/c1) m/(√v + ε √c2)`.
 */
export function adam({ beta1, beta2, epsilon }: AdamOptions): UpdateRule {
  return {
    slots: ['first_moment', 'second_moment'],
    scale: (updates, learningRate) => {
      const first = 1 - beta1 ** (updates + 1);
      const second = Math.sqrt(1 - beta2 ** (updates + 1));
      return [(learningRate * second) / first, epsilon * second];
    },
    update: ({ weight, slots: [first, second] }, raw, { factor, kept, own: [rate, root] }) => {
      const gradient = factor === undefined ? raw : tf.mul(raw, factor);
      const m = tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1));
      const v = tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2));
      const moved = tf.mul(tf.div(m, tf.add(tf.sqrt(v), root)), rate);
      const decayed = kept === undefined ? weight : tf.mul(weight, kept);
      return { weight: tf.sub(decayed, moved), slots: [m, v] };
    },
  };
}
