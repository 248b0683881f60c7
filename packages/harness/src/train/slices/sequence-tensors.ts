import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../../data/index.js';
import { dropoutPlaces, type LanguageModel } from '../../network/index.js';
import { drawDropout } from '../draw-dropout.js';

/** Fixes the dropout masks of sequences. */
export interface DropoutSource {
  /** The probability that a number is dropped; 0 for no masks. */
  rate: number;
  seed: number;
  /** Updates made before this one. */
  step: number;
  /** The first of the sequences within its batch. */
  first: number;
}

/** Ids, targets `[B, T]` and dropout masks of some sequences of a batch. */
export function sequenceTensors(
  network: LanguageModel,
  { inputs, targets }: Batch,
  source: DropoutSource,
): tf.Tensor[] {
  const { tokens } = network;
  const count = inputs.length / tokens;
  const places = source.rate === 0 ? [] : dropoutPlaces(network);
  return [
    tf.tensor2d(inputs, [count, tokens], 'int32'),
    tf.tensor2d(targets, [count, tokens], 'int32'),
    ...places.map((place) =>
      tf.tensor(drawDropout(place, { ...source, count }), [count, ...place.shape]),
    ),
  ];
}
