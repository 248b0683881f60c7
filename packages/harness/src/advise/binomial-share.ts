import { incompleteBeta } from '@shaped/sde';

/** A share of networks with what is known of the probability behind it. */
export interface Share {
  /** Networks of which it is true. */
  count: number;
  /** Networks simulated. */
  of: number;
  /** count / of. */
  probability: number;
  /** √(p (1 − p) / of) at that share: 0 where none or all did. */
  standardError: number;
  /** One-sided bounds, each at the confidence asked for. */
  lower: number;
  upper: number;
}

/** Bisections until the bracket of a bound in [0, 1] is one float64 number. */
const BISECTIONS = 60;

/** The p in [0, 1] where an increasing `excess` changes sign. */
function root(excess: (p: number) => number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/**
 * The share `count / of` with its standard error and its exact one-sided bounds (Clopper and Pearson
 * 1934): `upper` solves `P(B ≤ count) = 1 − confidence` and `lower` solves
 * `P(B ≥ count) = 1 − confidence`, B binomial(of, p).
 *
 * The law is exact for independent networks; the bounds hold for any count, 0 and all included.
 *
 * @throws RangeError when count is not in [0, of] or confidence not in (0, 1)
 */
export function binomialShare(count: number, of: number, confidence: number): Share {
  if (!Number.isInteger(count) || !Number.isInteger(of) || of < 1 || count < 0 || count > of) {
    throw new RangeError(
      `binomialShare: expected a count of 0 to ${of} networks, got ${count}. Count the networks of one ensemble.`,
    );
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(
      `binomialShare: expected confidence in (0, 1), got ${confidence}. Write 0.95 for 95 %.`,
    );
  }
  const alpha = 1 - confidence;
  const probability = count / of;
  return {
    count,
    of,
    probability,
    standardError: Math.sqrt((probability * (1 - probability)) / of),
    // P(B ≥ k) = I_p(k, n − k + 1), which increases with p.
    lower:
      count === 0 ? 0 : root((p) => incompleteBeta(p, 1 - p, count, of - count + 1).lower - alpha),
    upper:
      count === of ? 1 : root((p) => alpha - incompleteBeta(p, 1 - p, count + 1, of - count).upper),
  };
}
