import * as tf from '@tensorflow/tfjs-core';
import type { UpdateRule } from './update-rule.js';

/**
 * Stochastic gradient descent with momentum μ, `u ← μ u + g`, `w ← (1 − α λ) w − α u`; λ is a
 * decoupled weight decay. With μ = 0 nothing is remembered.
 *
 * Source: Polyak 1964 in the form of Sutskever et al. 2013, the learning rate outside the sum.
 */
export function sgd({ momentum }: { momentum: number }): UpdateRule {
  return {
    slots: momentum === 0 ? [] : ['velocity'],
    scale: (_, learningRate) => [learningRate],
    update: ({ weight, slots: [velocity] }, raw, { factor, kept, own: [rate] }) => {
      const gradient = factor === undefined ? raw : tf.mul(raw, factor);
      const u = momentum === 0 ? gradient : tf.add(tf.mul(velocity, momentum), gradient);
      const decayed = kept === undefined ? weight : tf.mul(weight, kept);
      return { weight: tf.sub(decayed, tf.mul(u, rate)), slots: momentum === 0 ? [] : [u] };
    },
  };
}
