/** Positive integers that sum to `total` and differ by at most one. */
export function evenSizes(total: number, count: number): number[] {
  const end = (slice: number) => Math.floor((slice * total) / count);
  return Array.from({ length: count }, (_, slice) => end(slice + 1) - end(slice));
}
