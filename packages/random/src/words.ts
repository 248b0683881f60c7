import { philox4x32 } from './philox.js';

/** A source of unsigned 32-bit words. */
export interface Words {
  uint32(): number;
}

/** The first three words of a Philox counter, and the key: what all words of a sub-stream share. */
export interface WordsAddress {
  /** Index, within its stream, of the draw that asks for more words. */
  readonly draw: number;
  readonly step: number;
  readonly pathLow: number;
  /** Below 2^16. */
  readonly pathHigh: number;
  readonly key: readonly [number, number];
}

/**
 * Words for a draw that needs more than its share of its stream: a sub-stream of the draw's own, so
 * that where the next draw stands does not depend on the luck of this one. Its Philox counter is
 * (draw, step, path low, path high + 2^16 i), i = 1, 2, …; streams themselves have i = 0.
 */
export function moreWords(address: WordsAddress): Words {
  const { draw, step, pathLow, pathHigh, key } = address;
  const words = new Uint32Array(4);
  let used = 4;
  let block = 0;
  return {
    uint32() {
      if (used === 4) {
        block++;
        philox4x32(words, draw, step, pathLow, pathHigh + block * 2 ** 16, key[0], key[1]);
        used = 0;
      }
      return words[used++];
    },
  };
}
