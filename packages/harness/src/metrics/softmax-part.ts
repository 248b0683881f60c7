import { isAllowed, PROBABILITY_TOLERANCE, type AttentionMask } from './attention-metrics.js';

export interface SoftmaxPartOptions {
  /** Number of query tokens T; keys are the same tokens. */
  tokens: number;
  /** γ₁ of each head, or one for all. */
  gamma1: number | ArrayLike<number>;
  /** γ₂ of each head, or one for all. */
  gamma2: number | ArrayLike<number>;
  /** Gain of each head on the softmax itself, or one for all. Defaults to 1. */
  softmaxGain?: number | ArrayLike<number>;
  /** The mask of the layer. Defaults to `'full'`. */
  mask?: AttentionMask;
}

/**
 * The softmax part P of shaped attention scores, in float64.
 *
 * `P = (A − γ₁ I + γ₂ C̄)/g`, the inverse of `A = γ₁ I + g P − γ₂ C̄` (docs/theory.md section 1),
 * where `C̄_ij = B_ij/c_i` under the 0/1 mask B. Entries of P below the rounding of A may come out
 * as small negative numbers and are set to 0.
 *
 * @param scores A, [..., H, T, T] row-major; the heads repeat for every sequence
 * @throws RangeError when lengths do not fit, when the gain on the softmax is 0 (P is then lost), or
 *   when gains or mask are not those of the scores
 */
export function softmaxPart(scores: ArrayLike<number>, options: SoftmaxPartOptions): Float64Array {
  const { tokens, gamma1, gamma2, softmaxGain = 1, mask = 'full' } = options;
  const size = tokens * tokens;
  const heads = Math.max(headsOf(gamma1), headsOf(gamma2), headsOf(softmaxGain));
  if (!(size > 0) || scores.length % (size * heads) !== 0) {
    throw new RangeError(
      `softmaxPart: expected a multiple of ${heads} heads × ${tokens} × ${tokens} scores, got ${scores.length}. Pass [batch, heads, T, T] row by row.`,
    );
  }
  if (typeof mask !== 'string' && mask.length !== size) {
    throw new RangeError(
      `softmaxPart: expected a mask of ${tokens} × ${tokens} entries, got ${mask.length}. Give one 0 or 1 for each query and key.`,
    );
  }
  const P = new Float64Array(scores.length);
  for (let at = 0; at < scores.length; at += tokens) {
    const row = at / tokens;
    const query = row % tokens;
    const head = Math.floor(row / tokens) % heads;
    const gain = ofHead(softmaxGain, head);
    if (gain === 0) {
      throw new RangeError(
        `softmaxPart: expected a non-zero gain on the softmax, got 0 at head ${head}. The scores do not contain the softmax: take it from the layer.`,
      );
    }
    let allowed = 0;
    for (let j = 0; j < tokens; j++) if (isAllowed(mask, query, j, tokens)) allowed++;
    for (let j = 0; j < tokens; j++) {
      const identity = j === query ? ofHead(gamma1, head) : 0;
      const centring = isAllowed(mask, query, j, tokens) ? ofHead(gamma2, head) / allowed : 0;
      const p = (scores[at + j] - identity + centring) / gain;
      if (p < -PROBABILITY_TOLERANCE) {
        throw new RangeError(
          `softmaxPart: expected the softmax to be non-negative, got ${p} at query ${query}, key ${j}. Pass the gains and the mask of the layer that made the scores.`,
        );
      }
      P[at + j] = Math.max(0, p);
    }
  }
  return P;
}

function headsOf(gain: number | ArrayLike<number>): number {
  return typeof gain === 'number' ? 1 : gain.length;
}

function ofHead(gain: number | ArrayLike<number>, head: number): number {
  if (typeof gain === 'number') return gain;
  return gain.length === 1 ? gain[0] : gain[head];
}
