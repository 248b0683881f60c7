import * as tf from '@tensorflow/tfjs-core';

/** The mean loss of a batch and its gradient with respect to each variable. */
// A type, not an interface: tf.tidy takes no interface for its result.
export type MeanGradients = {
  loss: tf.Scalar;
  gradients: tf.Tensor[];
};

/**
 * The mean loss of a batch and its gradient, the batch cut into slices of sequences that are
 * computed each for itself and summed: `ℓ = Σ_s (B_s/B) ℓ_s`.
 *
 * The slices do not depend on each other, so that a captured graph computes them at the same time,
 * each on a core of its own: that keeps the cores busier than spreading every op over them.
 *
 * @param loss the mean loss of some sequences
 * @param batch token ids, their successors and whatever else the loss reads, `[B, …]` each
 * @param slices how many at most; never more than there are sequences
 */
export function sliceGradients(
  loss: (sequences: tf.Tensor[]) => tf.Scalar,
  batch: readonly tf.Tensor[],
  variables: tf.Variable[],
  slices: number,
): MeanGradients {
  const [sequences] = batch[0].shape;
  const sizes = evenSizes(sequences, Math.min(slices, sequences));
  const cut = batch.map((tensor) => tf.split(tensor, sizes));
  const parts = sizes.map((size, s) =>
    tf.variableGrads(() => tf.mul(loss(cut.map((own) => own[s])), size / sequences), variables),
  );
  return {
    loss: tf.addN(parts.map(({ value }) => value)),
    gradients: variables.map(({ name }) => tf.addN(parts.map(({ grads }) => grads[name]))),
  };
}

/** Positive integers that sum to `total` and differ by at most one. */
function evenSizes(total: number, count: number): number[] {
  const end = (slice: number) => Math.floor((slice * total) / count);
  return Array.from({ length: count }, (_, slice) => end(slice + 1) - end(slice));
}
