import { documentLength, documentStart, firstAbove, type DocumentTable } from './document-table.js';
import type { Tokens } from './tokens.js';

/** Some documents of a corpus. */
export interface Documents {
  /** Of the whole corpus, one document after the other. */
  tokens: Tokens;
  table: DocumentTable;
  /** Numbers of the documents that are meant. */
  chosen: Uint32Array;
  /** Follows every document. */
  boundary: number;
}

/** Documents one after the other, each with the boundary behind it, as one long text. */
export function packDocuments({ tokens, table, chosen, boundary }: Documents): Tokens {
  const ends = new Float64Array(chosen.length);
  let length = 0;
  chosen.forEach((document, i) => {
    length += documentLength(table, document) + 1;
    ends[i] = length;
  });
  const read = (start: number, end: number) => {
    const out = new Int32Array(end - start);
    let at = start;
    for (let i = firstAbove(ends, start); at < end; i++) {
      const first = i === 0 ? 0 : ends[i - 1];
      const begin = documentStart(table, chosen[i]);
      const stop = Math.min(end, ends[i] - 1);
      if (at < stop) out.set(tokens.read(begin + at - first, begin + stop - first), at - start);
      if (end >= ends[i]) out[ends[i] - 1 - start] = boundary;
      at = ends[i];
    }
    return out;
  };
  return { length, read };
}
