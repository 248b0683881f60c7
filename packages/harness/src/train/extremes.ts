import * as tf from '@tensorflow/tfjs-core';
import { NonFiniteError } from '../metrics/index.js';
import type { LanguageModel } from '../network/index.js';
import type { LayerMeasurement } from './measure-layers.js';
import type { ExtremesStep } from './training-record.js';

/**
 * The largest logit and, layer by layer, the largest number of the residual stream, in absolute
 * value, on the windows that the layers were measured on; changes nothing.
 *
 * @throws NonFiniteError when a logit is NaN or infinite
 */
export function extremes(
  network: LanguageModel,
  layers: readonly LayerMeasurement[],
  step: number,
): ExtremesStep {
  const { activations } = layers[layers.length - 1];
  const { width } = network.embedding;
  const shape = [activations.length / (network.tokens * width), network.tokens, width];
  const logit = tf.tidy(() => {
    const logits = network.head.reduce(
      (x, layer) => layer.apply(x) as tf.Tensor,
      tf.tensor(activations, shape),
    );
    return tf.max(tf.abs(logits)).dataSync<'float32'>()[0];
  });
  if (!Number.isFinite(logit)) {
    throw new NonFiniteError(`extremes: expected finite logits, got ${logit}.`, 0, logit);
  }
  const activation = layers.map(({ activations: own }) => {
    let largest = 0;
    for (let i = 0; i < own.length; i++) largest = Math.max(largest, Math.abs(own[i]));
    return largest;
  });
  return { step, kind: 'extremes', logit, activation };
}
