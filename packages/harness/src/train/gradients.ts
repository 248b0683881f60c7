import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../data/index.js';
import { logitsOf, type ForwardOptions, type LanguageModel } from '../network/index.js';
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

/** The loss of a batch on the tape, nats; `ids` and `targets` are `[B, T]` int32. */
export function batchLoss(
  network: LanguageModel,
  ids: tf.Tensor2D,
  targets: tf.Tensor2D,
  options?: ForwardOptions,
): tf.Scalar {
  return nextTokenLoss(logitsOf(network, ids, options), targets);
}

/** The loss of a batch of token ids. */
function lossOfBatch(network: LanguageModel, { inputs, targets }: Batch): tf.Scalar {
  const shape: [number, number] = [inputs.length / network.tokens, network.tokens];
  const [ids, next] = [inputs, targets].map((list) => tf.tensor2d(list, shape, 'int32'));
  return batchLoss(network, ids, next);
}

/** The loss of a batch and its gradient with respect to every trainable weight. */
export function gradientsOf(network: LanguageModel, batch: Batch): Gradients {
  const { value, grads } = tf.tidy(() =>
    tf.variableGrads(() => lossOfBatch(network, batch), trainedVariables(network)),
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

/** The mean loss over batches, each token counting once, nats; changes nothing. */
export function lossOf(network: LanguageModel, batches: readonly Batch[]): number {
  let sum = 0;
  let count = 0;
  for (const batch of batches) {
    const loss = tf.tidy(() => lossOfBatch(network, batch));
    sum += batch.inputs.length * loss.dataSync<'float32'>()[0];
    count += batch.inputs.length;
    loss.dispose();
  }
  return sum / count;
}
