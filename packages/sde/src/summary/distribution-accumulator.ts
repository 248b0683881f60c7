import { checkProbability } from '../statistics/check-sample.js';
import { quantile } from '../statistics/quantile.js';
import type { DistributionSummary } from './distribution-summary.js';
import { QuantileSketch } from './quantile-sketch.js';
import { RunningMoments } from './running-moments.js';

/** Numbers that an accumulator holds beside its values or buckets. */
const FIXED_NUMBERS = 8;

/** Capacity at which the list of exact values starts; it doubles up to `exactUpTo`. */
const FIRST_CAPACITY = 64;

/**
 * Takes the values of one law as they come and summarises them in bounded memory: all of them up to
 * `exactUpTo`, after that a {@link QuantileSketch}. Moments, extremes and counts are of all values in
 * either case.
 */
export class DistributionAccumulator {
  readonly #moments = new RunningMoments();
  readonly #exactUpTo: number;
  readonly #relativeAccuracy: number;
  #values: Float64Array | undefined;
  #sketch: QuantileSketch | undefined;
  #undefinedCount = 0;

  constructor(exactUpTo: number, relativeAccuracy: number) {
    this.#exactUpTo = exactUpTo;
    this.#relativeAccuracy = relativeAccuracy;
    this.#values = new Float64Array(Math.min(FIRST_CAPACITY, exactUpTo));
  }

  /** Adds a value; NaN and the infinities are counted as undefined. */
  add(x: number): void {
    if (!Number.isFinite(x)) {
      this.#undefinedCount++;
      return;
    }
    const at = this.#moments.count;
    this.#moments.add(x);
    if (this.#values && at === this.#values.length) this.#grow(this.#values);
    if (this.#values) this.#values[at] = x;
    else this.#sketch?.add(x);
  }

  /** Numbers held. */
  get stored(): number {
    return FIXED_NUMBERS + (this.#values?.length ?? 0) + (this.#sketch?.stored ?? 0);
  }

  /** The summary of the values so far; later values do not change it. */
  summary(): DistributionSummary {
    const { count, mean, variance, min, max } = this.#moments;
    const values = this.#values?.slice(0, count).sort();
    const sketch = this.#sketch && new QuantileSketch(this.#relativeAccuracy);
    if (sketch && this.#sketch) sketch.merge(this.#sketch);
    const relativeError = sketch ? this.#relativeAccuracy : 0;

    /** Weight of the upper neighbour at p, and the two order statistics. */
    const neighbours = (p: number) => {
      checkProbability('EnsembleSummary.quantile', 'p', p);
      if (count === 0) {
        throw new RangeError(
          `EnsembleSummary.quantile: expected at least one defined value, got none of ${this.#undefinedCount}. Look at count first.`,
        );
      }
      const rank = (count - 1) * p;
      const below = Math.floor(rank);
      const [a, b] = (sketch as QuantileSketch).orderStatistics([below, Math.ceil(rank)]);
      return { t: rank - below, a, b };
    };
    return {
      count,
      undefinedCount: this.#undefinedCount,
      ...(mean !== undefined && { mean, min, max }),
      ...(variance !== undefined && { variance, standardError: Math.sqrt(variance / count) }),
      exact: sketch === undefined,
      relativeError,
      quantile(p) {
        if (values && count > 0) return quantile(values, p);
        const { t, a, b } = neighbours(p);
        // Weighted apart, as the difference of two huge values can overflow.
        return t === 0 ? a : (1 - t) * a + t * b;
      },
      quantileError(p) {
        if (values && count > 0) {
          checkProbability('EnsembleSummary.quantileError', 'p', p);
          return 0;
        }
        const { t, a, b } = neighbours(p);
        const size = (1 - t) * Math.abs(a) + t * Math.abs(b);
        return (relativeError / (1 - relativeError)) * size;
      },
    };
  }

  /** Makes room for one more exact value, or hands all of them to a sketch. */
  #grow(values: Float64Array): void {
    if (values.length < this.#exactUpTo) {
      this.#values = new Float64Array(Math.min(2 * values.length, this.#exactUpTo));
      this.#values.set(values);
      return;
    }
    this.#sketch = new QuantileSketch(this.#relativeAccuracy);
    for (const value of values) this.#sketch.add(value);
    this.#values = undefined;
  }
}
