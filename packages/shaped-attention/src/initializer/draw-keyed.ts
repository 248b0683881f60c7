import * as tf from '@tensorflow/tfjs-core';
import { deriveSeed, keyFromSeed, Stream } from '@shaped/random';

/**
 * The seed of one weight: a pure function of the layer's seed and the weight's name, so that no two
 * weights of a layer share their numbers, whatever their shapes and the order they are made in.
 *
 * @param seed the layer's seed, a safe integer
 * @param weightName the weight's name inside its layer, such as `query/kernel`
 */
export function weightSeed(seed: number, weightName: string): number {
  return deriveSeed(seed, 'weight', weightName);
}

/**
 * A float32 tensor of independent normals `N(0, stddev²)`, the same for the same `seed`.
 *
 * Two draws of one seed with different `stddev` are multiples of each other: they come from the
 * same standard normals.
 *
 * @throws RangeError when `stddev` is negative or not finite.
 */
export function drawNormal(shape: number[], seed: number, stddev = 1): tf.Tensor {
  if (!(stddev >= 0) || !Number.isFinite(stddev)) {
    throw new RangeError(
      `drawNormal: expected stddev to be finite and at least 0, got ${stddev}. Give the standard deviation, not its logarithm.`,
    );
  }
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  new Stream(keyFromSeed(seed)).fillNormal32(values, stddev);
  return tf.tensor(values, shape, 'float32');
}

/** The initial value of a weight: normals drawn from `(seed, weightName)`. */
export function drawKeyed(
  shape: number[],
  seed: number,
  weightName: string,
  stddev = 1,
): tf.Tensor {
  return drawNormal(shape, weightSeed(seed, weightName), stddev);
}
