import * as tf from '@tensorflow/tfjs-core';
import type { LanguageModel } from '../network/index.js';

/** ‖Δw‖/‖w‖, the Frobenius norms of an update and of what it changes. */
export interface UpdateRatios {
  /** Of all trained weights together. */
  all: number;
  /** Of the embedding, then of every block. */
  layers: number[];
  /** Of the final norm and the readout. */
  head: number;
}

/**
 * How far an update moves the weights, in proportion to them; reads two tensors a weight and changes
 * none. Weights that are all zero leave no proportion: 0 if they stay so.
 *
 * @param before the trained weights in the order of `model.trainableWeights`
 * @param after the same after the update; what follows them is not looked at
 */
export function updateRatios(
  { model, embedding, blocks }: LanguageModel,
  before: readonly tf.Tensor[],
  after: readonly tf.Tensor[],
): UpdateRatios {
  const squares = tf.tidy(() => {
    const sums = before.flatMap((weight, i) => [
      tf.sum(tf.square(tf.sub(after[i], weight))),
      tf.sum(tf.square(weight)),
    ]);
    return Array.from(tf.stack(sums).dataSync<'float32'>());
  });
  const order = model.trainableWeights;
  const inside = [embedding, ...blocks].map((layer) => new Set(layer.trainableWeights));
  const ratioOf = (isMeant: (weight: (typeof order)[number]) => boolean): number => {
    let [moved, size] = [0, 0];
    order.forEach((weight, i) => {
      if (!isMeant(weight)) return;
      moved += squares[2 * i];
      size += squares[2 * i + 1];
    });
    return moved === 0 ? 0 : Math.sqrt(moved / size);
  };
  return {
    all: ratioOf(() => true),
    layers: inside.map((own) => ratioOf((weight) => own.has(weight))),
    head: ratioOf((weight) => inside.every((own) => !own.has(weight))),
  };
}
