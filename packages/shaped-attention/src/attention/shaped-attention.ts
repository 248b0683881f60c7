import * as tf from '@tensorflow/tfjs-core';
import { keyPositions, type Alignment } from './alignment.js';
import { attentionMask, type AttentionMask, type AttentionMaskOptions } from './attention-mask.js';
import { centredValues, centringMatrix } from './centring.js';
import { alignmentMatrix, rowsAt } from './rows-at.js';
import { shapingMatrix, type Gain } from './shaping-matrix.js';
import { maskedSoftmax, shapedSoftmax } from './shaped-softmax.js';

export type { Gain };

/**
 * Up to how many keys, as a multiple of the width V of a head, shaping is added to the matrix. Adding
 * it there takes three passes over T·S numbers, forward and backward together, adding it to the
 * mixed values some fifteen over T·V and a running sum.
 */
const MOST_KEYS_BY_WIDTH = 4;

export interface ShapedAttentionOptions extends AttentionMaskOptions {
  /** τ, which divides the products `q·k`. See `attentionTemperature`. */
  tau: number;
  /** γ1, the gain of the identity. Defaults to 1. */
  gamma1?: Gain;
  /** γ2, the gain of the centring. Defaults to 1. */
  gamma2?: Gain;
  /** γs, the gain of the softmax. Defaults to 1. */
  gammaS?: Gain;
  /** False for plain attention, `A = softmax`: gains are not used. Defaults to true. */
  shaped?: boolean;
  /** Which key is a query's own; needed when T and S differ and γ1 is not 0. */
  alignment?: Alignment | null;
  /** Multiplies the softmax, `[B, H, T, S]`: 0 or 1/(1 − rate). See `dropoutMask`. */
  dropoutMask?: tf.Tensor | null;
}

/** The result of attention with its matrix. */
export interface AttentionTaps {
  /** `[B, H, T, V]` from the pure function, `[B, T, …]` from the layer. */
  output: tf.Tensor;
  /** `[B, H, T, S]`: A, without dropout. */
  scores: tf.Tensor;
}

interface Problem {
  v: tf.Tensor4D;
  /** Divided by τ. */
  q: tf.Tensor4D;
  k: tf.Tensor4D;
  mask: AttentionMask;
  /** Where the queries stand on the key axis. */
  positions: Int32Array;
  options: ShapedAttentionOptions;
}

function checkShapes(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor): void {
  const [b, h, , width] = q.shape;
  const fits =
    [q, k, v].every((x) => x.rank === 4 && x.shape[0] === b && x.shape[1] === h) &&
    k.shape[3] === width &&
    k.shape[2] === v.shape[2];
  if (fits) return;
  const got = [q, k, v].map((x) => `[${x.shape.join(', ')}]`).join(', ');
  throw new RangeError(
    `shapedAttention: expected q [B, H, T, K], k [B, H, S, K] and v [B, H, S, V], got ${got}. Split the heads and move them before the tokens.`,
  );
}

/** The positions of the queries, refused when the identity term would have no meaning. */
function positionsOf(q: tf.Tensor4D, k: tf.Tensor4D, options: ShapedAttentionOptions): Int32Array {
  const [queryLength, keyLength] = [q.shape[2], k.shape[2]];
  const positions = keyPositions(options.alignment, queryLength, keyLength);
  if (positions != null) return positions;
  if ((options.shaped ?? true) && options.gamma1 !== 0) {
    throw new RangeError(
      `shapedAttention: expected an alignment, because ${queryLength} queries and ${keyLength} keys leave open which key is a query's own, and the identity term adds that key's value; got none. Give alignment: 'start', 'end' (decoding with a cache) or one key index a query; or shaped: false, or gamma1: 0, for attention between unrelated sequences.`,
    );
  }
  // Unshaped attention counts a causal mask from the start, as Keras does.
  return keyPositions('start', queryLength, keyLength)!;
}

function prepare(
  query: tf.Tensor,
  key: tf.Tensor,
  value: tf.Tensor,
  options: ShapedAttentionOptions,
): Problem {
  checkShapes(query, key, value);
  const [q, k, v] = [query, key, value] as tf.Tensor4D[];
  if (!(options.tau > 0) || !Number.isFinite(options.tau)) {
    throw new RangeError(
      `shapedAttention: expected tau to be positive and finite, got ${options.tau}. See attentionTemperature.`,
    );
  }
  const positions = positionsOf(q, k, options);
  const mask = attentionMask([q.shape[0], q.shape[2], k.shape[2]], positions, options);
  // Dividing q costs T·K, dividing the logits T·S.
  return { q: tf.mul(q, 1 / options.tau), k, v, mask, positions, options };
}

/** `gain · x` with a gain per head on axis 1. */
function scale(x: tf.Tensor4D, gain: Gain): tf.Tensor4D {
  if (gain === 1) return x;
  if (typeof gain === 'number' || gain.rank === 0) return tf.mul(x, gain);
  return tf.mul(x, tf.reshape(gain, [gain.size, 1, 1]));
}

/**
 * A as one matrix `[B, H, T, S]`, where that is the quicker way: all sequences share one shaping and
 * the keys are not many. Otherwise null.
 */
function wholeMatrix({ q, k, v, mask, positions, options }: Problem): tf.Tensor4D | null {
  const { gamma1 = 1, gamma2 = 1, gammaS = 1, shaped = true, dropoutMask } = options;
  const [, heads, queryLength] = q.shape;
  const keyLength = v.shape[2];
  const isShared = mask.padding == null && (mask.allowed?.shape[0] ?? 1) === 1;
  const isPlain = gammaS === 1 && dropoutMask == null && mask.hasKey == null;
  if (!shaped || !isShared || !isPlain) return null;
  if (keyLength > MOST_KEYS_BY_WIDTH * v.shape[3]) return null;
  const sizes = [heads, queryLength, keyLength] as const;
  return tf.tidy(() =>
    shapedSoftmax(q, k, shapingMatrix({ gamma1, gamma2 }, mask, positions, sizes), mask),
  );
}

/** `A v` without A: the shaping is added to the mixed values. */
function mixedValues(
  { v, mask, positions, options }: Problem,
  probabilities: tf.Tensor4D,
): tf.Tensor4D {
  const { gamma1 = 1, gamma2 = 1, gammaS = 1, shaped = true } = options;
  const dropped: tf.Tensor4D =
    options.dropoutMask == null ? probabilities : tf.mul(probabilities, options.dropoutMask);
  let mixed: tf.Tensor4D = tf.matMul(dropped, v);
  if (mask.hasKey != null) mixed = tf.mul(mixed, mask.hasKey);
  if (!shaped) return mixed;
  mixed = scale(mixed, gammaS);
  if (gamma1 !== 0) mixed = tf.add(mixed, scale(rowsAt(v, positions), gamma1));
  if (gamma2 !== 0) mixed = tf.sub(mixed, scale(centredValues(v, mask, positions), gamma2));
  return mixed;
}

/** A from its softmax. */
function scores({ v, mask, positions, options }: Problem, probabilities: tf.Tensor4D): tf.Tensor4D {
  const keyLength = v.shape[2];
  const { gamma1 = 1, gamma2 = 1, gammaS = 1, shaped = true } = options;
  const softmax: tf.Tensor4D =
    mask.hasKey == null ? probabilities : tf.mul(probabilities, mask.hasKey);
  if (!shaped) return softmax;
  const identity = scale(alignmentMatrix(positions, keyLength), gamma1);
  const centring = scale(centringMatrix(mask, keyLength), gamma2);
  return tf.sub(tf.add<tf.Tensor4D>(scale(softmax, gammaS), identity), centring);
}

/**
 * The values mixed by shaped attention, `A v` `[B, H, T, V]`.
 *
 * `A = γ1 I + γs softmax(q kᵀ / τ) − γ2 C̄`, with C̄ the softmax at zero logits under the same mask.
 * Computed as `γ1 v + γs P v − γ2 C̄ v`, or as `(P + γ1 I − γ2 C̄) v` where that is quicker: when γs
 * is 1, all sequences share the mask, and S is at most four times V. Either way no second T×S matrix
 * of each sequence is kept. A row with no allowed key keeps only its identity term.
 *
 * Source: arXiv 2306.17759; docs/theory.md, section 1. Shapes: B batch, H heads, T queries, S keys,
 * K and V the widths of a head. Gradients need `@tensorflow/tfjs-layers` to be loaded, which
 * registers them.
 *
 * @param q `[B, H, T, K]`
 * @param k `[B, H, S, K]`
 * @param v `[B, H, S, V]`
 * @throws RangeError when shapes do not fit, τ is not positive, or T ≠ S without an alignment.
 */
export function shapedAttention(
  q: tf.Tensor,
  k: tf.Tensor,
  v: tf.Tensor,
  options: ShapedAttentionOptions,
): tf.Tensor {
  return tf.tidy(() => {
    const problem = prepare(q, k, v, options);
    const matrix = wholeMatrix(problem);
    if (matrix != null) return tf.matMul(matrix, problem.v);
    return mixedValues(problem, maskedSoftmax(problem.q, problem.k, problem.mask));
  });
}

/**
 * The same values, and the matrix A `[B, H, T, S]` itself. Throws as `shapedAttention` does.
 */
export function shapedAttentionWithScores(
  q: tf.Tensor,
  k: tf.Tensor,
  v: tf.Tensor,
  options: ShapedAttentionOptions,
): AttentionTaps {
  return tf.tidy(() => {
    const problem = prepare(q, k, v, options);
    const matrix = wholeMatrix(problem);
    if (matrix != null) return { output: tf.matMul(matrix, problem.v), scores: matrix };
    const probabilities = maskedSoftmax(problem.q, problem.k, problem.mask);
    return {
      output: mixedValues(problem, probabilities),
      scores: scores(problem, probabilities),
    };
  });
}
