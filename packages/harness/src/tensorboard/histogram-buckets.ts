/** How `histogramBuckets` divides the line. */
export interface HistogramOptions {
  /** Number of buckets of equal width. Defaults to 30, as many as TensorBoard shows. */
  buckets?: number;
  /**
   * Where the buckets begin and end. Defaults to the smallest and largest value. Give it where the
   * steps of a tag are to be compared bucket by bucket; the outermost buckets reach out to values
   * beyond it, so that every value is counted.
   */
  range?: readonly [number, number];
}

/**
 * Rows [left, right, count] of equal-width buckets that count every value once, flat: [3 · buckets].
 *
 * A value on an edge counts to the right of it, the largest one to the last bucket. When all values
 * are one value c, the buckets cover c ± max(|c|, 1)/2. No values: all counts are zero.
 *
 * @throws RangeError for a value that is not finite, with its index; for an unusable option
 */
export function histogramBuckets(
  values: ArrayLike<number>,
  { buckets = 30, range }: HistogramOptions = {},
): Float64Array {
  if (!Number.isInteger(buckets) || buckets < 1) {
    throw new RangeError(
      `histogramBuckets: expected buckets to be a positive integer, got ${buckets}.`,
    );
  }
  const extent = extentOf(values);
  const [low, high] = bucketRange(extent, range);
  const edge = (i: number) => low + (high - low) * (i / buckets);
  const rows = new Float64Array(3 * buckets);
  for (let i = 0; i < buckets; i++) {
    rows[3 * i] = i === 0 ? Math.min(low, extent[0]) : edge(i);
    rows[3 * i + 1] = i === buckets - 1 ? Math.max(high, extent[1]) : edge(i + 1);
  }
  for (let i = 0; i < values.length; i++) {
    const bucket = Math.floor(((values[i] - low) / (high - low)) * buckets);
    rows[3 * Math.min(buckets - 1, Math.max(0, bucket)) + 2]++;
  }
  return rows;
}

function extentOf(values: ArrayLike<number>): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(
        `histogramBuckets: expected finite values, got ${values[i]} at index ${i}. ` +
          `Find out where it comes from before counting it.`,
      );
    }
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return [low, high];
}

function bucketRange(
  [low, high]: [number, number],
  range: readonly [number, number] | undefined,
): readonly [number, number] {
  if (range) {
    if (Number.isFinite(range[1] - range[0]) && range[0] < range[1]) return range;
    throw new RangeError(
      `histogramBuckets: expected range to be two finite numbers [low, high] with low < high, got ` +
        `[${range.join(', ')}].`,
    );
  }
  if (low > high) return [-0.5, 0.5];
  if (low === high) {
    const half = Math.max(Math.abs(low), 1) / 2;
    return [low - half, low + half];
  }
  if (Number.isFinite(high - low)) return [low, high];
  throw new RangeError(
    `histogramBuckets: expected values whose range is finite, got ${low} to ${high}. ` +
      `Count their logarithms.`,
  );
}
