/**
 * The quantile of ascending values at probability p, or `null` of none.
 *
 * Linear interpolation between the order statistics at position `p (N − 1)`: type 7 of Hyndman and
 * Fan (1996), the default of NumPy and R.
 */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number | null {
  if (sorted.length === 0) return null;
  const position = p * (sorted.length - 1);
  const low = Math.floor(position);
  const fraction = position - low;
  if (fraction === 0) return sorted[low];
  return sorted[low] + fraction * (sorted[low + 1] - sorted[low]);
}
