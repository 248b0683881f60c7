import * as tf from '@tensorflow/tfjs-core';
import { IGNORED } from '../../data/index.js';
import { evenSizes } from './even-sizes.js';

/** The mean loss of a batch and its gradient with respect to each variable. */
// A type, not an interface: tf.tidy takes no interface for its result.
export type MeanGradients = {
  loss: tf.Scalar;
  gradients: tf.Tensor[];
};

/** Token ids, targets and whatever else a loss reads of sequences: `[B, …]` each. */
export type Sequences = readonly tf.Tensor[];

/** The mean loss of some sequences. */
export type MeanLoss = (sequences: Sequences) => tf.Scalar;

/**
 * The mean loss of a batch and its gradient, the batch cut into slices of sequences that are
 * computed each for itself and summed: `ℓ = Σ_s (N_s/N) ℓ_s`, N_s being the targets of slice s that are
 * not ignored.
 *
 * The slices do not depend on each other, so that a captured graph computes them at the same time,
 * each on a core of its own: that keeps the cores busier than spreading every op over them.
 *
 * @param slices how many at most; never more than there are sequences
 */
export function sliceGradients(
  loss: MeanLoss,
  batch: Sequences,
  variables: tf.Variable[],
  slices: number,
): MeanGradients {
  const parts = shares(loss, batch, slices).map((share) => tf.variableGrads(share, variables));
  return {
    loss: tf.addN(parts.map(({ value }) => value)),
    gradients: variables.map(({ name }) => tf.addN(parts.map(({ grads }) => grads[name]))),
  };
}

/** The mean loss of a batch alone, cut into slices as `sliceGradients` does. */
export function sliceLoss(loss: MeanLoss, batch: Sequences, slices: number): tf.Scalar {
  return tf.addN(shares(loss, batch, slices).map((share) => tf.tidy(share)));
}

/** What each slice adds to the mean loss. */
function shares(loss: MeanLoss, batch: Sequences, slices: number): (() => tf.Scalar)[] {
  const [sequences] = batch[0].shape;
  const sizes = evenSizes(sequences, Math.min(slices, sequences));
  const cut = batch.map((tensor) => tf.split(tensor, sizes));
  const total = tf.maximum(told(batch), 1);
  return sizes.map((_, s) => () => {
    const own = cut.map((tensor) => tensor[s]);
    return tf.mul(loss(own), tf.div(told(own), total));
  });
}

/** The number of targets that are not ignored. */
function told([, targets]: Sequences): tf.Scalar {
  return tf.sum(tf.cast(tf.notEqual(targets, IGNORED), 'float32'));
}
