/**
 * Count, mean, variance and extremes of values added one by one, by Welford's recurrence
 * `mean ← mean + (x − mean)/n`, `M₂ ← M₂ + (x − mean_old)(x − mean_new)` (Welford 1962): no
 * cancellation however far the mean is from zero. The bits depend on the order of the values.
 *
 * Source of the error: each step rounds a few times, so the mean's error is of the order
 * `n · 2⁻⁵³ · max|x|` at worst. A variance that overflows is ∞, never NaN.
 */
export class RunningMoments {
  #count = 0;
  #mean = 0;
  #squares = 0;
  #min = Infinity;
  #max = -Infinity;

  /** Adds a finite value. */
  add(x: number): void {
    this.#count++;
    if (x < this.#min) this.#min = x;
    if (x > this.#max) this.#max = x;
    const deviation = x - this.#mean;
    // Divided apart where the deviation of two huge values overflows.
    this.#mean += Number.isFinite(deviation)
      ? deviation / this.#count
      : x / this.#count - this.#mean / this.#count;
    this.#squares += deviation * (x - this.#mean);
  }

  get count(): number {
    return this.#count;
  }

  /** The mean; undefined without values. */
  get mean(): number | undefined {
    return this.#count > 0 ? this.#mean : undefined;
  }

  /** The unbiased variance, with n − 1; undefined below two values. */
  get variance(): number | undefined {
    return this.#count > 1 ? this.#squares / (this.#count - 1) : undefined;
  }

  /** The smallest value; undefined without values. */
  get min(): number | undefined {
    return this.#count > 0 ? this.#min : undefined;
  }

  /** The largest value; undefined without values. */
  get max(): number | undefined {
    return this.#count > 0 ? this.#max : undefined;
  }
}
