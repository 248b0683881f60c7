import type * as tf from '@tensorflow/tfjs-core';

/** A weight and what the optimiser remembers of it. */
// A type, not an interface: tf.tidy takes no interface for a container of tensors.
export type WeightState = {
  weight: tf.Tensor;
  /** One tensor a slot, of the weight's shape. */
  slots: tf.Tensor[];
};

/** What is the same for all weights in one update: scalars. */
export interface StepScale {
  /** The gradient is multiplied with it first: clipping. Undefined for 1. */
  factor?: tf.Scalar;
  /** The weight is multiplied with it: 1 − α λ of a decoupled weight decay λ. Undefined for 1. */
  kept?: tf.Scalar;
  /** The rule's own numbers, in the order of `UpdateRule.scale`. */
  own: readonly tf.Scalar[];
}

/** An optimiser: pure functions of tensors, so that an update can be captured and its state kept. */
export interface UpdateRule {
  /** The names of what it remembers of a weight; all start at zero. */
  readonly slots: readonly string[];
  /**
   * The rule's numbers of an update.
   *
   * @param updates made before this one
   */
  scale(updates: number, learningRate: number): number[];
  /** A weight and its slots after an update; the given tensors stay as they are. */
  update(state: WeightState, gradient: tf.Tensor, scale: StepScale): WeightState;
}
