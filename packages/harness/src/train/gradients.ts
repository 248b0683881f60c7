import * as tf from '@tensorflow/tfjs-core';
import { countTargets, type Batch } from '../data/index.js';
import { logitsOf, type ForwardOptions, type LanguageModel } from '../network/index.js';
import { tokenLoss } from './objective/token-loss.js';

/** The loss of one batch and its gradient. */
export interface Gradients {
  /** Mean cross-entropy of the tokens to be told, nats. */
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
  return tokenLoss(logitsOf(network, ids, options), targets);
}

/** Ids and targets of a batch, `[B, T]` int32. */
function tensorsOf({ tokens }: LanguageModel, batch: Batch): [tf.Tensor2D, tf.Tensor2D] {
  const shape: [number, number] = [batch.inputs.length / tokens, tokens];
  return [tf.tensor2d(batch.inputs, shape, 'int32'), tf.tensor2d(batch.targets, shape, 'int32')];
}

/** The loss of a batch of token ids. */
function lossOfBatch(network: LanguageModel, batch: Batch): tf.Scalar {
  return batchLoss(network, ...tensorsOf(network, batch));
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

/**
 * The mean loss over batches, each token that is to be told counting once, nats; changes nothing.
 *
 * @param loss computes `batchLoss`
 */
export function lossOf(
  network: LanguageModel,
  batches: readonly Batch[],
  loss = (ids: tf.Tensor2D, targets: tf.Tensor2D) => batchLoss(network, ids, targets),
): number {
  let sum = 0;
  let count = 0;
  for (const batch of batches) {
    const [mean] = tf.tidy(() => loss(...tensorsOf(network, batch)).dataSync<'float32'>());
    const targets = countTargets(batch);
    sum += targets * mean;
    count += targets;
  }
  return sum / count;
}
