import { documentLength, type DocumentTable } from './document-table.js';

/** Numbers of the documents of either side, in the order of the corpus. */
export interface DocumentSplit {
  train: Uint32Array;
  validation: Uint32Array;
}

/**
 * The documents that are kept for validation: in the order of their hashes, each one that brings the
 * number of tokens nearer to the asked `fraction`. So it does not depend on the order of the
 * documents whether one validates, and equal documents stand on one side.
 *
 * Undefined where every document is too long for the fraction, as a single one is.
 */
export function splitDocuments(table: DocumentTable, fraction: number): DocumentSplit | undefined {
  const { ends, hashes } = table;
  const documents = ends.length;
  const wanted = fraction * (ends[documents - 1] ?? 0);
  const order = Uint32Array.from({ length: documents }, (_, i) => i);
  order.sort((a, b) => hashes[a] - hashes[b]);
  const validates = new Uint8Array(documents);
  let held = 0;
  let chosen = 0;
  for (let at = 0; at < documents;) {
    let next = at;
    let length = 0;
    for (; next < documents && hashes[order[next]] === hashes[order[at]]; next++) {
      length += documentLength(table, order[next]);
    }
    if (held + length / 2 < wanted) {
      for (let i = at; i < next; i++) validates[order[i]] = 1;
      held += length;
      chosen += next - at;
    }
    at = next;
  }
  if (chosen === 0 || chosen === documents) return undefined;
  const numbers = (side: 0 | 1) =>
    Uint32Array.from({ length: documents }, (_, i) => i).filter((i) => validates[i] === side);
  return { train: numbers(0), validation: numbers(1) };
}
