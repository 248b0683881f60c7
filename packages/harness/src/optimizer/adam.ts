import * as tf from '@tensorflow/tfjs-core';

/** Adam as Kingma and Ba (2015) give it. */
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** What the update of one step is multiplied and stabilised with. */
export interface AdamScale {
  /** α √(1 − β2^t)/(1 − β1^t). */
  rate: number;
  /** ε √(1 − β2^t). */
  epsilon: number;
}

/** A weight and its moments after an update. */
export interface AdamUpdate {
  weight: tf.Tensor;
  first: tf.Tensor;
  second: tf.Tensor;
}

/**
 * The scale of an update with the bias corrections in it: with `c1 = 1 − β1^t` and `c2 = 1 − β2^t`,
 * `α (m/c1)/(√(v/c2) + ε) = (α √c2/c1) m/(√v + ε √c2)`.
 *
 * Source: Kingma and Ba 2015, section 2, the efficient form, with its ε scaled so that both forms
 * are one.
 *
 * @param step updates made before this one, t − 1
 */
export function adamScale(step: number, learningRate: number): AdamScale {
  const first = 1 - BETA1 ** (step + 1);
  const second = Math.sqrt(1 - BETA2 ** (step + 1));
  return { rate: (learningRate * second) / first, epsilon: EPSILON * second };
}

/**
 * A weight and its moments after an update, `m ← β1 m + (1 − β1) g`, `v ← β2 v + (1 − β2) g²`,
 * `w ← w − rate m/(√v + epsilon)`; the given tensors stay as they are.
 *
 * @param rate and `epsilon` of `adamScale`, scalars
 */
export function adamUpdate(
  { weight, first, second }: AdamUpdate,
  gradient: tf.Tensor,
  rate: tf.Scalar,
  epsilon: tf.Scalar,
): AdamUpdate {
  const m = tf.add(tf.mul(first, BETA1), tf.mul(gradient, 1 - BETA1));
  const v = tf.add(tf.mul(second, BETA2), tf.mul(tf.square(gradient), 1 - BETA2));
  const moved = tf.mul(tf.div(m, tf.add(tf.sqrt(v), epsilon)), rate);
  return { weight: tf.sub(weight, moved), first: m, second: v };
}
