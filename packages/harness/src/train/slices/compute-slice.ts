import * as tf from '@tensorflow/tfjs-core';
import type { LanguageModel } from '../../network/index.js';
import { batchLoss, trainedVariables } from '../gradients.js';
import { sequenceTensors, type DropoutSource } from './sequence-tensors.js';
import { ROUND, type SharedMemory } from './shared-memory.js';

/**
 * Computes a slice of the round: its loss goes into the memory; returned is what it adds to the
 * gradient of every trained weight. Both are multiplied by the slice's share of the batch.
 */
export function computeSlice(
  network: LanguageModel,
  memory: SharedMemory,
  { slice, dropout }: { slice: number; dropout: Pick<DropoutSource, 'rate' | 'seed'> },
): tf.Tensor[] {
  const [begin, end] = memory.bounds.subarray(slice, slice + 2);
  const own = (ids: Int32Array) => ids.slice(begin * network.tokens, end * network.tokens);
  const batch = { inputs: own(memory.inputs), targets: own(memory.targets) };
  const source = {
    ...dropout,
    step: memory.round[ROUND.updates],
    first: memory.round[ROUND.first] + begin,
  };
  const variables = trainedVariables(network);
  return tf.tidy(() => {
    const [ids, targets, ...masks] = sequenceTensors(network, batch, source);
    const { value, grads } = tf.variableGrads(() => {
      const options = { dropout: masks };
      const mean = batchLoss(network, ids as tf.Tensor2D, targets as tf.Tensor2D, options);
      return tf.mul(mean, memory.shares[slice]);
    }, variables);
    [memory.losses[slice]] = value.dataSync<'float32'>();
    return variables.map(({ name }) => grads[name]);
  });
}
