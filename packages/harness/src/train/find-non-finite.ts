import type { BlockTaps } from '@shaped/attention';
import * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import type { Batch } from '../data/index.js';
import type { LanguageModel } from '../network/index.js';
import { gradientsOf } from './gradients.js';
import { weightName } from './weight-name.js';

/** Where a value first stops being finite. */
// A type, not an interface: tf.tidy takes no interface for its result.
export type NonFinitePlace = {
  /** In words: `embedding`, `layer 3 of 12`, `final_norm`, `readout`. */
  layer: string;
  /** `weight <name>`, `<tap>`, `output` or `gradient of <weight>`. */
  tensor: string;
};

/** The tensors of a block in the order in which they are computed; other layers have the last. */
const COMPUTED = ['scores', 'attentionOutput', 'preActivation', 'activation', 'output'] as const;

/**
 * The first tensor that is not finite when a batch runs through the network: layer by layer the
 * weights, then what the layer computes from them; when all of that is finite, the gradients from
 * the readout back to the embedding, as they are computed. Undefined when everything is finite.
 *
 * Slow: it is for a training that has failed.
 */
export function findNonFinite(network: LanguageModel, batch: Batch): NonFinitePlace | undefined {
  return tf.tidy(() => inForward(network, batch) ?? inBackward(network, batch));
}

function isFinite(tensor: tf.Tensor): boolean {
  return tensor.dataSync<'float32'>().every(Number.isFinite);
}

/** Every layer with weights and its name in words, from the embedding to the readout. */
function namedLayers({ embedding, blocks, head }: LanguageModel): [layers.Layer, string][] {
  return [
    [embedding, 'embedding'],
    ...blocks.map((block, i): [layers.Layer, string] => [
      block,
      `layer ${i + 1} of ${blocks.length}`,
    ]),
    ...head.map((layer): [layers.Layer, string] => [layer, layer.name]),
  ];
}

function inForward(network: LanguageModel, { inputs }: Batch): NonFinitePlace | undefined {
  const shape: [number, number] = [inputs.length / network.tokens, network.tokens];
  let x: tf.Tensor = tf.tensor2d(inputs, shape, 'int32');
  const mask = network.embedding.computeMask(x);
  for (const [layer, name] of namedLayers(network)) {
    const weight = layer.weights.find((variable) => !isFinite(variable.read()));
    if (weight !== undefined) return { layer: name, tensor: `weight ${weightName(layer, weight)}` };
    const block = network.blocks.find((each) => each === layer);
    const taps: Partial<BlockTaps> =
      block === undefined ? { output: layer.apply(x) as tf.Tensor } : block.tap(x, { mask });
    for (const tensor of COMPUTED) {
      const value = taps[tensor];
      if (value !== undefined && !isFinite(value)) return { layer: name, tensor };
    }
    x = taps.output as tf.Tensor;
  }
  return undefined;
}

function inBackward(network: LanguageModel, batch: Batch): NonFinitePlace | undefined {
  const { tensors } = gradientsOf(network, batch);
  for (const [layer, name] of namedLayers(network).reverse()) {
    for (const weight of [...layer.trainableWeights].reverse()) {
      const gradient = tensors[(weight.read() as tf.Variable).name];
      if (!isFinite(gradient))
        return { layer: name, tensor: `gradient of ${weightName(layer, weight)}` };
    }
  }
  return undefined;
}
