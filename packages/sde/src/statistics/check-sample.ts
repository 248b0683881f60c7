/** A list of numbers: an array, a typed array or a view of one. */
export type Sample = ArrayLike<number>;

/**
 * Refuses a sample that is too small or holds NaN (or, unless `infinite`, an infinity).
 *
 * @throws RangeError naming the calling function, the argument and the first bad entry
 */
export function checkSample(
  caller: string,
  argument: string,
  x: Sample,
  minimum = 1,
  infinite = false,
): void {
  if (x.length < minimum) {
    throw new RangeError(
      `${caller}: expected ${argument} to hold at least ${minimum} number${minimum === 1 ? '' : 's'}, got ${x.length}. Give a larger sample.`,
    );
  }
  for (let i = 0; i < x.length; i++) {
    if (infinite ? Number.isNaN(x[i]) : !Number.isFinite(x[i])) {
      throw new RangeError(
        `${caller}: expected ${infinite ? 'no NaN' : 'finite numbers'}, got ${x[i]} at ${argument}[${i}]. Find where it came from, or leave it out and say so.`,
      );
    }
  }
}

/**
 * Refuses a probability outside [0, 1], or outside (0, 1) when `open`.
 *
 * @throws RangeError naming the calling function and the argument
 */
export function checkProbability(caller: string, argument: string, p: number, open = false): void {
  if (!(open ? p > 0 && p < 1 : p >= 0 && p <= 1)) {
    throw new RangeError(
      `${caller}: expected ${argument} in ${open ? '(0, 1)' : '[0, 1]'}, got ${p}. Give a probability, not a percentage.`,
    );
  }
}

/**
 * Refuses a count that is not an integer of at least `minimum`.
 *
 * @throws RangeError naming the calling function and the argument
 */
export function checkCount(caller: string, argument: string, value: number, minimum = 1): void {
  if (!Number.isSafeInteger(value) || value < minimum) {
    throw new RangeError(
      `${caller}: expected ${argument} to be an integer of at least ${minimum}, got ${value}. Give a whole number in that range.`,
    );
  }
}

/**
 * Refuses a number that is not positive and finite.
 *
 * @throws RangeError naming the calling function and the argument
 */
export function checkPositive(caller: string, argument: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new RangeError(
      `${caller}: expected ${argument} to be positive and finite, got ${value}. Give a positive number.`,
    );
  }
}
