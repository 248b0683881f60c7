/**
 * How four paths lie in memory. A *tile* is four paths that advance together. Its matrices are
 * stored as two *halves*, paths 0 and 1 and paths 2 and 3: in each, an entry is a vector of the two
 * paths' values, rows are contiguous, and `rowBytes` apart. All arithmetic is within a lane, so what
 * a path computes does not depend on which paths are beside it.
 */

/** Bytes of an entry: two paths in double precision. */
export const ENTRY: usize = 16;

/** Rows this long or longer are padded, as powers of two apart they would share cache sets. */
const PADDED_FROM = 64;

/** Number of tokens m of the current set-up. */
export let m: i32 = 0;

/** Bytes from a row of an m×m matrix to the next. */
export let rowBytes: usize = 0;

/** Bytes of one half of an m×m matrix; the second half follows the first. */
export let halfBytes: usize = 0;

/** Bytes of a row of `columns` entries. */
export function rowBytesOf(columns: i32): usize {
  return <usize>(columns + (columns >= PADDED_FROM ? 4 : 0)) * ENTRY;
}

/** Sets the number of tokens. */
export function setTokens(tokens: i32): void {
  m = tokens;
  rowBytes = rowBytesOf(tokens);
  halfBytes = rowBytes * <usize>tokens;
}

/** Address of entry (i, j) of a half. */
// @ts-ignore: decorator
@inline
export function at(half: usize, i: i32, j: i32): usize {
  return half + <usize>i * rowBytes + <usize>j * ENTRY;
}
