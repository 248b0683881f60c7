import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../data/index.js';
import { logitsOf, type LanguageModel } from '../network/index.js';
import { nextTokenLoss } from './next-token-loss.js';

/** The loss of one batch and its gradient. */
export interface Gradients {
  /** Mean cross-entropy of the next token, nats. */
  loss: number;
  /** By the name of the variable; the caller disposes of them. */
  tensors: tf.NamedTensorMap;
  /** Frobenius norm of all of them together, summed in float64; NaN or infinite if an entry is. */
  norm: number;
}

/** The variables that training changes. */
export function trainedVariables({ model }: LanguageModel): tf.Variable[] {
  return model.trainableWeights.map((weight) => weight.read() as tf.Variable);
}

/** The loss of a batch, with the graph behind it; nats. */
function batchLoss(network: LanguageModel, { inputs, targets }: Batch): tf.Scalar {
  const shape: [number, number] = [inputs.length / network.tokens, network.tokens];
  const ids = tf.tensor2d(inputs, shape, 'int32');
  return nextTokenLoss(logitsOf(network, ids), tf.tensor2d(targets, shape, 'int32'));
}

/** The loss of a batch and its gradient with respect to every trainable weight. */
export function gradientsOf(network: LanguageModel, batch: Batch): Gradients {
  const { value, grads } = tf.tidy(() =>
    tf.variableGrads(() => batchLoss(network, batch), trainedVariables(network)),
  );
  const loss = value.dataSync<'float32'>()[0];
  value.dispose();
  return { loss, tensors: grads, norm: normOf(Object.values(grads)) };
}

function normOf(tensors: readonly tf.Tensor[]): number {
  let sum = 0;
  for (const tensor of tensors) {
    const values = tensor.dataSync<'float32'>();
    for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  }
  return Math.sqrt(sum);
}

/**
 * The gradients scaled so that their norm is at most `limit`; the given ones are disposed of or
 * handed on.
 */
export function clipped({ tensors, norm }: Gradients, limit: number): tf.NamedTensorMap {
  if (norm <= limit) return tensors;
  const scaled = tf.tidy(() =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [name, tf.mul(tensor, limit / norm)]),
    ),
  );
  tf.dispose(tensors);
  return scaled;
}

/** The mean loss over batches, each token counting once, nats; changes nothing. */
export function lossOf(network: LanguageModel, batches: readonly Batch[]): number {
  let sum = 0;
  let count = 0;
  for (const batch of batches) {
    const loss = tf.tidy(() => batchLoss(network, batch));
    sum += batch.inputs.length * loss.dataSync<'float32'>()[0];
    count += batch.inputs.length;
    loss.dispose();
  }
  return sum / count;
}
