import { assertFinite } from './non-finite-error.js';
import type { MetricText, MetricValue } from './metric-definition.js';

/** The sums over one set of attention rows that the attention metrics are made from. */
export interface AttentionSummary {
  /** Σ of the entropies of the rows with at least one allowed key, nats. */
  entropy: number;
  /** Number of those rows. */
  rows: number;
  /** Σ of entropy/ln c of the rows with at least two allowed keys. */
  normalized: number;
  /** Number of those rows. */
  normalizedRows: number;
}

interface AttentionMetric extends MetricText {
  readonly of: (summary: AttentionSummary) => MetricValue;
}

/** Metrics of the softmax part P of the attention matrix. */
export const attentionMetricTable = {
  attentionEntropy: {
    title: 'attention entropy',
    formula: '−Σ_j P_aj ln P_aj, P the softmax part of the scores (without γ₁ I and γ₂ C̄)',
    axis: 'sum over keys; mean over the queries with an allowed key, heads and sequences',
    normalisation: 'none',
    unit: 'nats',
    description:
      'From 0 (every query attends to one key) to ln c with c allowed keys (uniform attention).',
    range: [0, null],
    of: ({ entropy, rows }) => (rows > 0 ? entropy / rows : null),
  },
  attentionEntropyNormalized: {
    title: 'normalised attention entropy',
    formula: '−Σ_j P_aj ln P_aj / ln c_a, c_a = number of keys that query a may attend to',
    axis: 'sum over keys; mean over the queries with at least two allowed keys, heads and sequences',
    normalisation: 'by the entropy ln c_a of uniform attention under the same mask',
    unit: '1',
    description:
      'From 0 (one key) to 1 (uniform), whatever the mask. Undefined when no query has two keys.',
    range: [0, 1],
    of: ({ normalized, normalizedRows }) =>
      normalizedRows > 0 ? normalized / normalizedRows : null,
  },
} as const satisfies Record<string, AttentionMetric>;

export type AttentionMetricName = keyof typeof attentionMetricTable;
export type AttentionMetrics = Record<AttentionMetricName, MetricValue>;

/** Which keys a query may attend to: all, those up to its own position, or a 0/1 matrix. */
export type AttentionMask = 'full' | 'causal' | ArrayLike<number>;

/** 1 where query a of T may attend to key j of S; a matrix is [T, S] row-major. */
export function isAllowed(mask: AttentionMask, a: number, j: number, keys: number): boolean {
  if (mask === 'full') return true;
  if (mask === 'causal') return j <= a;
  return mask[a * keys + j] !== 0;
}

/**
 * How far a row of probabilities may sum from 1, and an entry fall below 0: float32 softmax over
 * ten thousand keys, or one recovered from shaped scores, stays within; a matrix of scores does not.
 */
export const PROBABILITY_TOLERANCE = 1e-3;

/**
 * The metrics of attention probabilities, in float64.
 *
 * Rows without an allowed key count nowhere; `0 ln 0 = 0`. To get P from the scores of shaped
 * attention use `softmaxPart`.
 *
 * @param P probabilities, [..., queries, keys] row-major: any number of heads and sequences
 * @param queries T
 * @param keys S
 * @param mask which keys were allowed, the same for every head and sequence
 * @throws RangeError when lengths do not fit or a row is no probability distribution
 * @throws NonFiniteError when an entry is NaN or infinite
 */
export function attentionMetrics(
  P: ArrayLike<number>,
  queries: number,
  keys: number,
  mask: AttentionMask = 'full',
): AttentionMetrics {
  const size = queries * keys;
  if (!(size > 0) || P.length === 0 || P.length % size !== 0) {
    throw new RangeError(
      `attentionMetrics: expected a multiple of ${queries} queries × ${keys} keys, got ${P.length} numbers. Pass [heads, queries, keys] row by row.`,
    );
  }
  if (typeof mask !== 'string' && mask.length !== size) {
    throw new RangeError(
      `attentionMetrics: expected a mask of ${queries} × ${keys} entries, got ${mask.length}. Give one 0 or 1 for each query and key.`,
    );
  }
  assertFinite(P, 'attentionMetrics', 'probabilities', keys);
  const summary: AttentionSummary = { entropy: 0, rows: 0, normalized: 0, normalizedRows: 0 };
  for (let at = 0; at < P.length; at += keys) {
    addRow(summary, P, at, (at / keys) % queries, keys, mask);
  }
  return {
    attentionEntropy: attentionMetricTable.attentionEntropy.of(summary),
    attentionEntropyNormalized: attentionMetricTable.attentionEntropyNormalized.of(summary),
  };
}

function addRow(
  summary: AttentionSummary,
  P: ArrayLike<number>,
  at: number,
  query: number,
  keys: number,
  mask: AttentionMask,
): void {
  let allowed = 0;
  let total = 0;
  let entropy = 0;
  for (let j = 0; j < keys; j++) {
    const p = P[at + j];
    const open = isAllowed(mask, query, j, keys);
    if (open) allowed++;
    if (p < -PROBABILITY_TOLERANCE || (!open && Math.abs(p) > PROBABILITY_TOLERANCE)) {
      throw new RangeError(
        `attentionMetrics: expected probabilities on the allowed keys, got ${p} at query ${query}, key ${j}. Recover the softmax part of shaped scores with softmaxPart, and pass the mask of the layer.`,
      );
    }
    total += p;
    if (open && p > 0) entropy -= p * Math.log(p);
  }
  if (allowed === 0) return;
  if (Math.abs(total - 1) > PROBABILITY_TOLERANCE) {
    throw new RangeError(
      `attentionMetrics: expected rows that sum to 1, got ${total} at query ${query}. Recover the softmax part of shaped scores with softmaxPart.`,
    );
  }
  entropy = Math.max(0, entropy);
  summary.entropy += entropy;
  summary.rows++;
  if (allowed < 2) return;
  summary.normalized += entropy / Math.log(allowed);
  summary.normalizedRows++;
}
