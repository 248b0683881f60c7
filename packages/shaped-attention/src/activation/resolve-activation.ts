import * as tf from '@tensorflow/tfjs-core';
import { activationNormalizer } from './activation-normalizer.js';
import { reluNormalizer } from './relu-normalizer.js';
import { reluSlopes } from './relu-slopes.js';
import { shapedActivation, smoothScale } from './shaped-activation.js';
import { shapedRelu } from './shaped-relu.js';
import { smoothActivations, type SmoothName } from './smooth.js';

/** The activations of an MLP block: shaped ReLU, plain ReLU, or a shaped smooth one. */
export type ActivationName = 'shapedRelu' | 'relu' | SmoothName;

export const activationNames: readonly ActivationName[] = [
  'shapedRelu',
  'relu',
  ...(Object.keys(smoothActivations) as SmoothName[]),
];

export interface ActivationOptions {
  activation: ActivationName;
  /** c₊ and c₋ of the shaped ReLU. */
  cPlus: number;
  cMinus: number;
  /** a of a smooth activation's scale s = a √n. */
  a: number;
  /** n, the width of the network. */
  width: number;
}

/**
 * Refuses an unknown activation or parameters out of range, whatever the width.
 *
 * @throws RangeError naming the option
 */
export function checkActivation(options: Omit<ActivationOptions, 'width'>): void {
  const { activation, cPlus, cMinus, a } = options;
  if (!activationNames.includes(activation)) {
    throw new RangeError(
      `activation: expected one of ${activationNames.join(', ')}, got ${String(activation)}. Apply any other activation as a layer of its own.`,
    );
  }
  if (activation === 'shapedRelu') reluSlopes({ cPlus, cMinus, width: 1 });
  else if (activation !== 'relu') smoothScale({ activation, a, width: 1 });
}

/**
 * The activation that the options name, as a function on tensors, and its normaliser
 * `c = 1/E[σ(g)²]`, g standard normal (2 for the plain ReLU).
 *
 * @throws RangeError when the name is unknown or a parameter is out of range
 */
export function resolveActivation(options: ActivationOptions): {
  apply: (x: tf.Tensor) => tf.Tensor;
  normalizer: number;
} {
  checkActivation(options);
  const { activation, cPlus, cMinus, a, width } = options;
  if (activation === 'relu') return { apply: (x) => tf.relu(x), normalizer: 2 };
  if (activation === 'shapedRelu') {
    const shape = { cPlus, cMinus, width };
    return { apply: (x) => shapedRelu(x, shape), normalizer: reluNormalizer(shape) };
  }
  const shape = { activation, a, width };
  return { apply: (x) => shapedActivation(x, shape), normalizer: activationNormalizer(shape) };
}
