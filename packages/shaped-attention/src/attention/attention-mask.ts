import * as tf from '@tensorflow/tfjs-core';

/**
 * Added to the logit of a forbidden key. Finite, so that a row without any key has a softmax, and so
 * large that float32 absorbs any logit below 1e22 and `exp` gives exactly 0.
 */
const FORBIDDEN = 1e30;

export interface AttentionMaskOptions {
  /** Whether a query sees only keys up to its own position. Defaults to false. */
  useCausalMask?: boolean;
  /** `[B, S]`, true or 1 for a real key, false or 0 for padding. */
  paddingMask?: tf.Tensor | null;
  /** `[T, S]` or `[B, T, S]`, true or 1 where a query may see a key. */
  attentionMask?: tf.Tensor | null;
}

/** Which keys each query may see; the same for every head. */
export interface AttentionMask {
  /** What the mask is made of, which decides how centring is computed. */
  kind: 'full' | 'padding' | 'causal' | 'causalPadding' | 'explicit';
  /** 0/1 in float32, `[1 or B, 1, 1 or T, S]`; null when every key is allowed. */
  allowed: tf.Tensor4D | null;
  /** c_i, the number of allowed keys of a row, at least 1; `[1 or B, 1, 1 or T, 1]`; null if full. */
  count: tf.Tensor4D | null;
  /** 1 where a row has an allowed key and 0 where not, like `count`; null when every row has one. */
  hasKey: tf.Tensor4D | null;
  /** The padding mask in float32, `[B, 1, S, 1]`; null without one. */
  padding: tf.Tensor4D | null;
}

function refuse(what: string, expected: string, got: number[]): never {
  throw new RangeError(
    `attentionMask: expected ${what} of shape ${expected}, got [${got.join(', ')}]. Reshape the mask, or check which axis holds the keys.`,
  );
}

function causalMatrix(positions: Int32Array, keyLength: number): tf.Tensor4D {
  const values = new Float32Array(positions.length * keyLength);
  positions.forEach((p, i) => {
    if (p >= 0) values.fill(1, i * keyLength, i * keyLength + Math.min(p + 1, keyLength));
  });
  return tf.tensor4d(values, [1, 1, positions.length, keyLength]);
}

/**
 * The combination (logical and) of a causal, a padding and an explicit mask.
 *
 * @param shape `[B, T, S]`
 * @param positions where the queries stand on the key axis, for the causal mask
 * @throws RangeError when a mask's shape does not fit.
 */
export function attentionMask(
  [batch, queryLength, keyLength]: readonly [number, number, number],
  positions: Int32Array,
  options: AttentionMaskOptions,
): AttentionMask {
  const parts: tf.Tensor4D[] = [];
  const { paddingMask, attentionMask: explicit, useCausalMask = false } = options;
  let padding: tf.Tensor4D | null = null;
  if (useCausalMask) parts.push(causalMatrix(positions, keyLength));
  if (paddingMask != null) {
    const { shape } = paddingMask;
    if (shape.length !== 2 || shape[0] !== batch || shape[1] !== keyLength) {
      refuse('paddingMask', `[B, S] = [${batch}, ${keyLength}]`, shape);
    }
    const float = tf.cast(paddingMask, 'float32');
    padding = tf.reshape(float, [batch, 1, keyLength, 1]);
    parts.push(tf.reshape(float, [batch, 1, 1, keyLength]));
  }
  if (explicit != null) {
    const [s, t, b = 1] = [...explicit.shape].reverse();
    const rankFits = explicit.rank === 2 || explicit.rank === 3;
    if (!rankFits || s !== keyLength || t !== queryLength || (b !== 1 && b !== batch)) {
      const expected = `[T, S] or [B, T, S] with B, T, S = ${batch}, ${queryLength}, ${keyLength}`;
      refuse('attentionMask', expected, explicit.shape);
    }
    parts.push(tf.reshape(tf.cast(explicit, 'float32'), [b, 1, t, s]));
  }
  if (parts.length === 0) {
    return { kind: 'full', allowed: null, count: null, hasKey: null, padding: null };
  }
  const allowed: tf.Tensor4D = parts.reduce((a, b) => tf.mul(a, b));
  const causalOnly = useCausalMask && parts.length === 1;
  const everyRowHasKey = causalOnly && positions.every((p) => p >= 0);
  const counted: tf.Tensor4D = tf.sum(allowed, 3, true);
  const kind = explicit
    ? 'explicit'
    : causalOnly
      ? 'causal'
      : useCausalMask
        ? 'causalPadding'
        : 'padding';
  return {
    kind,
    allowed,
    count: everyRowHasKey ? counted : tf.maximum(counted, 1),
    hasKey: everyRowHasKey ? null : tf.minimum(counted, 1),
    padding,
  };
}

/** The logits with forbidden keys pushed below any allowed one. */
export function maskLogits(logits: tf.Tensor4D, { allowed }: AttentionMask): tf.Tensor4D {
  if (allowed == null) return logits;
  // Not an addition, which TensorFlow joins with the product before it into a kernel that takes, for
  // this mask, dozens of times as long.
  return tf.sub(logits, tf.mul(tf.sub(1, allowed), FORBIDDEN));
}
