import type { Stream } from '@shaped/random';

/**
 * An integer in [0, bound), uniform; from 2^32 on, where a text has more tokens than a word counts, up
 * to one part in 2^53/bound.
 */
export function integerBelow(stream: Stream, bound: number): number {
  if (bound <= 2 ** 32) return stream.integer(bound);
  return Math.floor((1 - stream.uniform()) * bound);
}
