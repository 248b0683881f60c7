import * as tf from '@tensorflow/tfjs-core';
import { foldIn, keyFromSeed, Stream } from '@shaped/random';

/**
 * A mask that is 0 with probability `rate` and `1/(1 − rate)` otherwise, a pure function of
 * `(seed, call)`: each training call has its own mask, and the same seed gives the same sequence.
 *
 * @param rate in [0, 1)
 * @param call index of the training call, an integer in [0, 2^32)
 */
export function dropoutMask(shape: number[], rate: number, seed: number, call: number): tf.Tensor {
  const stream = new Stream(foldIn(keyFromSeed(seed), 'dropout'), 0, call);
  const dropBelow = rate * 2 ** 32;
  const kept = 1 / (1 - rate);
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  for (let i = 0; i < values.length; i++) values[i] = stream.uint32() < dropBelow ? 0 : kept;
  return tf.tensor(values, shape);
}
