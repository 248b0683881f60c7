import { checkCount } from './check-sample.js';
import { normalQuantile } from './normal.js';

/** A share of independent trials. */
export interface Proportion {
  /** Number of successes. */
  readonly count: number;
  /** Number of trials. */
  readonly total: number;
  /** count/total. */
  readonly fraction: number;
  /** `√(f (1 − f)/total)`: 0 where none or all succeeded, which says nothing of the true share. */
  readonly standardError: number;
  /** Lower end of the interval at the level asked for. */
  readonly lower: number;
  /** Upper end: positive even when nothing succeeded. */
  readonly upper: number;
}

/**
 * The share of successes with its standard error and Wilson's interval (Wilson 1927),
 * `(f + z²/2n ± z √(f(1 − f)/n + z²/4n²))/(1 + z²/n)`, which stays within [0, 1] and has a width
 * even where the standard error is 0.
 *
 * @throws RangeError when the counts are not integers, or count exceeds total
 */
export function proportion(count: number, total: number, level = 0.95): Proportion {
  checkCount('proportion', 'total', total);
  checkCount('proportion', 'count', count, 0);
  if (count > total) {
    throw new RangeError(
      `proportion: expected count of at most total = ${total}, got ${count}. Count successes among the trials.`,
    );
  }
  const z = normalQuantile((1 + level) / 2);
  const f = count / total;
  const z2 = (z * z) / total;
  const centre = (f + z2 / 2) / (1 + z2);
  const half = (z * Math.sqrt((f * (1 - f)) / total + z2 / (4 * total))) / (1 + z2);
  return {
    count,
    total,
    fraction: f,
    standardError: Math.sqrt((f * (1 - f)) / total),
    // The ends at 0 and 1 are exact in the formula, but not in rounded numbers.
    lower: count === 0 ? 0 : Math.max(0, centre - half),
    upper: count === total ? 1 : Math.min(1, centre + half),
  };
}
