import { Stream } from '@shaped/random';
import { documentLength, documentStart, firstAbove } from './document-table.js';
import { integerBelow } from './integer-below.js';
import type { Documents } from './packed-tokens.js';
import type { Tokens } from './tokens.js';

/**
 * Stretches of T + 1 tokens of a text: the tokens of a window and, behind each, the one that follows
 * it.
 */
export interface Windows {
  /** T. */
  readonly length: number;
  /** Different windows that `spread` can give. */
  readonly count: number;
  /** One at random, from a stream of its own. */
  draw(stream: Stream): Int32Array;
  /** `count` different ones, spread evenly over the text. */
  spread(count: number): Int32Array[];
}

/**
 * Windows of a text without regard to documents: each start is equally likely, and none needs
 * padding.
 */
export function packedWindows(tokens: Tokens, length: number): Windows {
  const count = Math.max(0, tokens.length - length);
  const at = (start: number) => tokens.read(start, start + length + 1);
  return {
    length,
    count,
    draw: (stream) => at(integerBelow(stream, count)),
    spread: (wanted) =>
      Array.from({ length: wanted }, (_, i) => at(Math.floor((i * count) / wanted))),
  };
}

/**
 * Windows that each lie in one document, whose boundary counts as its last token; what is left of a
 * window behind a short document is padding.
 *
 * A document of n tokens counts as ⌈n/T⌉ windows, so that every token is read about equally often;
 * in a longer document each start is equally likely.
 */
export function documentWindows(
  documents: Documents & { padding: number },
  length: number,
): Windows {
  const { tokens, table, chosen, boundary, padding } = documents;
  const ends = new Float64Array(chosen.length);
  let count = 0;
  chosen.forEach((document, i) => {
    count += Math.ceil(documentLength(table, document) / length);
    ends[i] = count;
  });
  /** The window of the i-th document that begins `offset` tokens into it. */
  const at = (i: number, offset: number) => {
    const own = documentLength(table, chosen[i]);
    const start = documentStart(table, chosen[i]) + offset;
    const taken = Math.min(own - offset, length + 1);
    const out = new Int32Array(length + 1).fill(padding);
    out.set(tokens.read(start, start + taken));
    if (taken <= length) out[taken] = boundary;
    return out;
  };
  const lastOffset = (i: number) => Math.max(0, documentLength(table, chosen[i]) - length);
  return {
    length,
    count,
    draw: (stream) => {
      const i = firstAbove(ends, integerBelow(stream, count));
      return at(i, integerBelow(stream, lastOffset(i) + 1));
    },
    spread: (wanted) =>
      Array.from({ length: wanted }, (_, k) => {
        const window = Math.floor((k * count) / wanted);
        const i = firstAbove(ends, window);
        const first = i === 0 ? 0 : ends[i - 1];
        const steps = ends[i] - first - 1;
        return at(i, steps === 0 ? 0 : Math.round(((window - first) * lastOffset(i)) / steps));
      }),
  };
}
