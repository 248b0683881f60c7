import { layers, type constraints, type regularizers } from '@tensorflow/tfjs-layers';
import type * as tf from '@tensorflow/tfjs-core';
import type { Initializer } from './keyed-normal.js';

type DenseArgs = Parameters<typeof layers.dense>[0];

/** A regularizer of tfjs-layers, which does not export the name of this type. */
export type Regularizer = ReturnType<typeof regularizers.l2>;
/** A constraint of tfjs-layers, which does not export the name of this type. */
export type Constraint = ReturnType<typeof constraints.nonNeg>;

/** What a Keras layer takes for its kernels and biases: instances, names or serialized forms. */
export type KerasOptions = Pick<
  DenseArgs,
  | 'kernelInitializer'
  | 'biasInitializer'
  | 'kernelRegularizer'
  | 'biasRegularizer'
  | 'kernelConstraint'
  | 'biasConstraint'
>;

/** The same, resolved to instances; null where nothing was given. */
export interface ResolvedKerasOptions {
  kernelInitializer: Initializer | null;
  biasInitializer: Initializer | null;
  kernelRegularizer: Regularizer | null;
  biasRegularizer: Regularizer | null;
  kernelConstraint: Constraint | null;
  biasConstraint: Constraint | null;
}

const NAMES = [
  'kernelInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'biasRegularizer',
  'kernelConstraint',
  'biasConstraint',
] as const;

/** A serialized form's own copy, since tfjs-layers writes into what it reads; others as they are. */
function copied<T>(option: T): T {
  const isSerialized = Object.getPrototypeOf(option) === Object.prototype;
  return isSerialized ? (JSON.parse(JSON.stringify(option)) as T) : option;
}

/**
 * The instances that Keras-style names, serialized forms or instances stand for, with their
 * serialized forms for a layer's `getConfig`.
 *
 * tfjs-layers exports no resolver; a Dense layer, which is never built, resolves and serializes.
 *
 * @throws Error when a name is unknown to tfjs-layers.
 */
export function resolveKerasOptions(options: KerasOptions): {
  resolved: ResolvedKerasOptions;
  config: tf.serialization.ConfigDict;
} {
  const given = Object.fromEntries(
    NAMES.filter((name) => options[name] != null).map((name) => [name, copied(options[name])]),
  ) as KerasOptions;
  // The explicit name keeps the numbering of the user's own Dense layers.
  const dense = layers.dense({ units: 1, name: 'keras_options', ...given });
  const instances = dense as unknown as ResolvedKerasOptions;
  const serialized = dense.getConfig();
  const pick = <T>(from: Record<string, unknown>): T =>
    Object.fromEntries(NAMES.map((n) => [n, n in given ? (from[n] ?? null) : null])) as T;
  return {
    resolved: pick<ResolvedKerasOptions>(instances as unknown as Record<string, unknown>),
    config: pick<tf.serialization.ConfigDict>(serialized),
  };
}
