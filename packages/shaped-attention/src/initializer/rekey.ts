import { deriveSeed } from '@shaped/random';
import type { Initializer } from './keyed-normal.js';
import { weightSeed } from './draw-keyed.js';

type InitializerClass = new (config: Record<string, unknown>) => Initializer;

/**
 * The same initializer with its seed derived from `(seed, weightName)` and from its own seed, where
 * it has one; an initializer without randomness (no `seed` in its configuration) as it is.
 *
 * Keras initializers draw equal numbers for equal seeds and shapes, and unrepeatable ones without a
 * seed; after this, each weight has its own numbers and they come back with the layer's seed.
 */
export function rekey(initializer: Initializer, seed: number, weightName: string): Initializer {
  const config = initializer.getConfig();
  if (!('seed' in config)) return initializer;
  const own = config['seed'];
  const ofWeight = weightSeed(seed, weightName);
  const derived = typeof own === 'number' ? deriveSeed(ofWeight, 'own', own) : ofWeight;
  const Class = initializer.constructor as InitializerClass;
  // Seed 0 means "unseeded" to tfjs.
  return new Class({ ...config, seed: derived === 0 ? 1 : derived });
}
