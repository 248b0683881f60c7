/** Token ids in a fixed order, in memory or on disk. */
export interface Tokens {
  readonly length: number;
  /** The ids at positions `start` to `end`, not for writing. */
  read(start: number, end: number): Int32Array;
}

/** Ids that are in memory. */
export function memoryTokens(ids: Int32Array): Tokens {
  return { length: ids.length, read: (start, end) => ids.subarray(start, end) };
}

/** The ids from `start` up to `end` as tokens of their own. */
export function tokenSpan(tokens: Tokens, start: number, end: number): Tokens {
  return { length: end - start, read: (from, to) => tokens.read(start + from, start + to) };
}

/** Ids that are read at a time. */
const BLOCK = 2 ** 20;

/** All ids in order, block by block. */
export function* tokenBlocks(tokens: Tokens, block = BLOCK): Generator<Int32Array> {
  for (let start = 0; start < tokens.length; start += block) {
    yield tokens.read(start, Math.min(tokens.length, start + block));
  }
}
