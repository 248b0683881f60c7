import * as tf from '@tensorflow/tfjs-core';
import type { AttentionMask } from './attention-mask.js';
import { centringMatrix } from './centring.js';
import { alignmentMatrix } from './rows-at.js';

/** A gain for all heads, or one a head as a tensor `[H]`. */
export type Gain = number | tf.Tensor;

/** γ of every head, `[H]`. */
function gainOfHeads(gain: Gain, heads: number): tf.Tensor {
  if (typeof gain !== 'number' && gain.size === heads) return tf.reshape(gain, [heads]);
  return tf.mul(tf.ones([heads]), gain);
}

/**
 * What shaping adds to the softmax, `γ1 I − γ2 C̄`, `[1, H, T, S]`, for a mask that all sequences
 * share.
 *
 * @param positions where the queries stand on the key axis
 * @param shape `[H, T, S]`
 */
export function shapingMatrix(
  gains: { gamma1: Gain; gamma2: Gain },
  mask: AttentionMask,
  positions: Int32Array,
  [heads, queryLength, keyLength]: readonly [number, number, number],
): tf.Tensor4D {
  const identity = alignmentMatrix(positions, keyLength);
  const centring = tf.mul(centringMatrix(mask, keyLength), tf.onesLike(identity));
  const size = queryLength * keyLength;
  const parts = tf.reshape<tf.Rank.R2>(tf.stack([identity, tf.neg(centring)]), [2, size]);
  const weights = tf.stack(
    [gains.gamma1, gains.gamma2].map((gain) => gainOfHeads(gain, heads)),
    1,
  );
  return tf.reshape(tf.matMul(weights, parts), [1, heads, queryLength, keyLength]);
}
