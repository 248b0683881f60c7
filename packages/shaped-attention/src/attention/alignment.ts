/**
 * Where each query stands on the key axis: `'start'` (query i is key i), `'end'` (the last query is
 * the last key, as in decoding with a cache), or one index a query. An index outside the keys
 * means that the query has no key of its own.
 */
export type Alignment = 'start' | 'end' | readonly number[] | Int32Array;

/**
 * The position of each of the T queries on the axis of the S keys; null when the lengths differ and
 * no alignment is given.
 *
 * @throws RangeError when explicit positions are not T integers.
 */
export function keyPositions(
  alignment: Alignment | null | undefined,
  queryLength: number,
  keyLength: number,
): Int32Array | null {
  if (alignment == null && queryLength !== keyLength) return null;
  const positions = new Int32Array(queryLength);
  if (alignment == null || alignment === 'start' || alignment === 'end') {
    const shift = alignment === 'end' ? keyLength - queryLength : 0;
    return positions.map((_, i) => i + shift);
  }
  if (alignment.length !== queryLength || ![...alignment].every(Number.isInteger)) {
    throw new RangeError(
      `keyPositions: expected alignment to be 'start', 'end' or ${queryLength} integers, got ${typeof alignment === 'string' ? String(alignment) : `[${[...alignment].join(', ')}]`}. Give one key index a query.`,
    );
  }
  positions.set(alignment);
  return positions;
}
