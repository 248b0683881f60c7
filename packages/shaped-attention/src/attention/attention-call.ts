import * as tf from '@tensorflow/tfjs-core';
import type { Alignment } from './alignment.js';

/** What a call of `ShapedAttention` takes beside its inputs. */
export interface AttentionCallOptions {
  /**
   * The padding mask `[B, S]`, true for a real key. As TensorFlow.js passes it: of the first input,
   * or one an input; for `[query, value]` the second one counts.
   */
  mask?: tf.Tensor | (tf.Tensor | null | undefined)[] | null;
  /** Which keys a query may see, `[T, S]` or `[B, T, S]`. */
  attentionMask?: tf.Tensor | null;
  /** Overrides the layer's own. */
  useCausalMask?: boolean;
  /** Overrides the layer's own. */
  alignment?: Alignment | null;
  /** Overrides the layer's own, in calls on tensors. */
  returnAttentionScores?: boolean;
  /** Whether dropout is on. */
  training?: boolean;
  /**
   * Multiplies the softmax, `[B, H, T, S]`, in place of the layer's own dropout: for a caller that
   * draws its masks itself, as a training step that is a pure function of tensors must.
   */
  dropoutMask?: tf.Tensor | null;
}

/** The tensors of one call. */
export interface AttentionInputs {
  query: tf.Tensor3D;
  value: tf.Tensor3D;
  key: tf.Tensor3D;
  paddingMask: tf.Tensor | null;
  attentionMask: tf.Tensor | null;
}

/** The mask that the layer which made a tensor attached to it (an embedding, a masking layer). */
export function attachedMask(tensor: tf.Tensor): tf.Tensor | null {
  const mask = (tensor as tf.Tensor & { kerasMask?: tf.Tensor | null }).kerasMask;
  return mask == null || mask.isDisposed ? null : mask;
}

/**
 * The query, value, key and masks of a call on `x`, `[query, value]`, `[query, value, key]` or
 * `[query, value, key, attentionMask]`. The key defaults to the value.
 *
 * The padding mask belongs to the values. TensorFlow.js hands a layer of a model the first input's
 * mask alone, so for a value of its own the mask attached to the value is taken.
 *
 * @throws RangeError when the number of inputs or a rank does not fit.
 */
export function attentionInputs(
  inputs: tf.Tensor | tf.Tensor[],
  options: AttentionCallOptions,
): AttentionInputs {
  const list = Array.isArray(inputs) ? inputs : [inputs];
  const [query, value = query, key = value, explicit = null] = list;
  const isThree = [query, value, key].every((x) => x?.rank === 3);
  if (list.length < 1 || list.length > 4 || !isThree) {
    const got = list.map((x) => `[${x.shape.join(', ')}]`).join(', ');
    throw new RangeError(
      `ShapedAttention: expected x, [query, value], [query, value, key] or [query, value, key, attentionMask] of shapes [B, T, D] and [B, S, D], got ${got}. Fold further axes into B or T.`,
    );
  }
  const { mask } = options;
  const passed = Array.isArray(mask)
    ? (mask[1] ?? (value === query ? mask[0] : null))
    : value === query
      ? mask
      : null;
  return {
    query: query as tf.Tensor3D,
    value: value as tf.Tensor3D,
    key: key as tf.Tensor3D,
    paddingMask: passed ?? attachedMask(value),
    attentionMask: both(explicit, options.attentionMask ?? null),
  };
}

/** The logical and of two explicit masks, either of which may be absent. */
function both(a: tf.Tensor | null, b: tf.Tensor | null): tf.Tensor | null {
  if (a == null || b == null) return a ?? b;
  return tf.mul(tf.cast(a, 'float32'), tf.cast(b, 'float32'));
}
