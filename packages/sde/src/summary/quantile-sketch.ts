import { checkProbability } from '../statistics/check-sample.js';

/**
 * Counts of values in buckets of equal relative width, from which order statistics come back with a
 * stated relative error: the DDSketch of Masson, Rim and Lee (2019, arXiv 1908.10693), unbounded.
 *
 * A value x > 0 falls into bucket `k = ⌈log_g x⌉`, `g = (1 + α)/(1 − α)`, and is given back as
 * `2 g^k/(1 + g)`, which is within `α |x|` of every x in `(g^{k−1}, g^k]`; negative values mirror
 * that and zeros are counted apart. Below the smallest normal number, 2⁻¹⁰²², the error is absolute:
 * 2⁻¹⁰⁷⁴. No bucket is ever collapsed, as that would lose the guarantee: all doubles together fill
 * at most `2 · 1455/ln g` buckets.
 *
 * Buckets are counts, so the sketch does not depend on the order of its values or merges.
 */
export class QuantileSketch {
  readonly #positive = new Map<number, number>();
  readonly #negative = new Map<number, number>();
  readonly #logBase: number;
  #zeros = 0;
  #count = 0;
  #min = Infinity;
  #max = -Infinity;

  /**
   * @param relativeAccuracy α, in (0, 1)
   * @throws RangeError when it is not
   */
  constructor(readonly relativeAccuracy: number) {
    checkProbability('QuantileSketch', 'relativeAccuracy', relativeAccuracy, true);
    this.#logBase = Math.log1p((2 * relativeAccuracy) / (1 - relativeAccuracy));
  }

  /** Number of values added. */
  get count(): number {
    return this.#count;
  }

  /** Numbers held: a key and a count for every bucket in use. */
  get stored(): number {
    return 2 * (this.#positive.size + this.#negative.size);
  }

  /**
   * Adds a value.
   *
   * @throws RangeError when it is not finite
   */
  add(x: number): void {
    if (!Number.isFinite(x)) {
      throw new RangeError(
        `QuantileSketch.add: expected a finite number, got ${x}. Count undefined values apart.`,
      );
    }
    this.#count++;
    if (x < this.#min) this.#min = x;
    if (x > this.#max) this.#max = x;
    if (x === 0) {
      this.#zeros++;
      return;
    }
    const buckets = x > 0 ? this.#positive : this.#negative;
    const key = Math.ceil(Math.log(Math.abs(x)) / this.#logBase);
    buckets.set(key, (buckets.get(key) ?? 0) + 1);
  }

  /**
   * Adds all values of another sketch: the same as adding them one by one.
   *
   * @throws RangeError when its accuracy differs
   */
  merge(other: QuantileSketch): void {
    if (other.relativeAccuracy !== this.relativeAccuracy) {
      throw new RangeError(
        `QuantileSketch.merge: expected relativeAccuracy ${this.relativeAccuracy}, got ` +
          `${other.relativeAccuracy}. Make both with the same one.`,
      );
    }
    for (const [from, to] of [
      [other.#positive, this.#positive],
      [other.#negative, this.#negative],
    ]) {
      for (const [key, count] of [...from]) to.set(key, (to.get(key) ?? 0) + count);
    }
    this.#zeros += other.#zeros;
    this.#count += other.#count;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /**
   * The values of the given ranks, ascending integers from 0, each within `α` relative of the order
   * statistic; the first and the last rank are exact.
   *
   * @throws RangeError when a rank is not in [0, count)
   */
  orderStatistics(ranks: readonly number[]): Float64Array {
    const out = new Float64Array(ranks.length);
    let at = 0;
    let below = 0;
    ranks.forEach((rank, i) => {
      if (Number.isInteger(rank) && rank >= (i > 0 ? ranks[i - 1] : 0) && rank < this.#count)
        return;
      throw new RangeError(
        `QuantileSketch.orderStatistics: expected ascending integers in [0, ${this.#count}), got ` +
          `${rank}. Ranks count from 0.`,
      );
    });
    for (const [value, count] of this.#ascending()) {
      below += count;
      while (at < ranks.length && ranks[at] < below) out[at++] = this.#within(ranks[at - 1], value);
      if (at === ranks.length) break;
    }
    return out;
  }

  /** The value given back for a rank: never outside the extremes, which are known exactly. */
  #within(rank: number, value: number): number {
    if (rank === 0) return this.#min;
    if (rank === this.#count - 1) return this.#max;
    return Math.max(this.#min, Math.min(this.#max, value));
  }

  /** Every bucket's value and count, ascending. */
  *#ascending(): Generator<[number, number]> {
    const keys = (buckets: Map<number, number>) => Float64Array.from(buckets.keys()).sort();
    // 2 g^k/(1 + g), with both factors in one exponential so that g^k does not overflow alone.
    const half = Math.log1p(Math.expm1(this.#logBase) / 2);
    const value = (key: number) => Math.exp(key * this.#logBase - half);
    for (const key of keys(this.#negative).reverse()) {
      yield [-value(key), this.#negative.get(key) ?? 0];
    }
    if (this.#zeros > 0) yield [0, this.#zeros];
    for (const key of keys(this.#positive)) yield [value(key), this.#positive.get(key) ?? 0];
  }
}
