import * as tf from '@tensorflow/tfjs-core';
import { Failure } from '../failure.js';
import type { LanguageModel } from '../network/index.js';
import type { HostTensor, NamedTensors } from './checkpoint/index.js';
import { weightName } from './weight-name.js';

/** Every weight of a network with its name in it, such as `layer_0/query/kernel`, in its own order. */
export function namedWeights({ model }: LanguageModel): [string, tf.Variable][] {
  return model.layers.flatMap((layer) =>
    layer.weights.map((weight): [string, tf.Variable] => [
      `${layer.name}/${weightName(layer, weight)}`,
      weight.read() as tf.Variable,
    ]),
  );
}

/** The numbers of tensors, away from the backend. */
export function readTensors(tensors: Iterable<readonly [string, tf.Tensor]>): NamedTensors {
  return new Map(
    Array.from(tensors, ([name, tensor]): [string, HostTensor] => [
      name,
      { shape: tensor.shape, data: tensor.dataSync<'float32'>().slice() },
    ]),
  );
}

/**
 * Gives variables the values of their names.
 *
 * @throws Failure when names or shapes are not the same
 */
export function assignTensors(
  variables: readonly (readonly [string, tf.Variable])[],
  values: NamedTensors,
): void {
  const names = variables.map(([name]) => name);
  const missing = names.filter((name) => !values.has(name));
  const unknown = [...values.keys()].filter((name) => !names.includes(name));
  if (missing.length + unknown.length > 0) {
    throw new Failure(
      `assignTensors: expected the tensors of this network and optimiser, got none for ${missing.join(', ') || 'none'}, and more: ${unknown.join(', ') || 'none'}. Use the version that made the checkpoint.`,
    );
  }
  for (const [name, variable] of variables) {
    const { shape, data } = values.get(name)!;
    if (shape.join() !== variable.shape.join()) {
      throw new Failure(
        `assignTensors: expected ${name} of shape [${variable.shape.join(', ')}], got [${shape.join(', ')}]. Use the version that made the checkpoint.`,
      );
    }
    tf.tidy(() => variable.assign(tf.tensor(data.slice(), variable.shape, 'float32')));
  }
}
