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
 * ‖Δw‖² and ‖w‖² of every weight in turn, `[2 · weights]`; changes none.
 *
 * @param before the weights
 * @param after the same after the update; what follows them is not looked at
 */
export function updateSquares(
  before: readonly tf.Tensor[],
  after: readonly tf.Tensor[],
): tf.Tensor1D {
  return tf.tidy(() => {
    const sums = before.flatMap((weight, i) => [
      tf.sum(tf.square(tf.sub(after[i], weight))),
      tf.sum(tf.square(weight)),
    ]);
    return tf.stack(sums) as tf.Tensor1D;
  });
}

/**
 * How far an update moves the weights, in proportion to them. Weights that are all zero leave no
 * proportion: 0 if they stay so.
 *
 * @param squares `updateSquares` of the trained weights, in the order of `model.trainableWeights`
 */
export function updateRatios(
  { model, embedding, blocks }: LanguageModel,
  squares: Float32Array,
): UpdateRatios {
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
