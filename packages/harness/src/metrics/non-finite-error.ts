/**
 * The error of a metric that met a value that is not finite: no metric ever returns NaN or ±Infinity.
 * `position` is the flat index of the first such entry.
 */
export class NonFiniteError extends Error {
  override readonly name = 'NonFiniteError';

  constructor(
    message: string,
    readonly position: number,
    readonly value: number,
  ) {
    super(message);
  }
}

/**
 * Throws when an entry of `values` is NaN or infinite.
 *
 * @param caller the function named in the message
 * @param what what `values` are, in words
 * @param columns length of a row, to tell the entry's row and column
 * @throws NonFiniteError naming the first such entry
 */
export function assertFinite(
  values: ArrayLike<number>,
  caller: string,
  what: string,
  columns: number,
): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new NonFiniteError(
      `${caller}: expected finite ${what}, got ${values[i]} at row ${Math.floor(i / columns)}, column ${i % columns}. ` +
        'Look for the first layer that overflows, and lower gamma, the learning rate or the depth.',
      i,
      values[i],
    );
  }
}
