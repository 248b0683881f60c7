import type { Tokenizer } from './tokenizer.js';

/** What stands for every word outside the vocabulary; its id is 0. */
export const UNKNOWN = '<unk>';

/** The unknown word, a word with inner apostrophes, a number, or one other character not space. */
const PIECE = /<unk>|[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*|\p{N}+|[^\s\p{L}\p{M}\p{N}]/gu;

/** Written without a space before it. */
const CLOSING = /^[.,;:!?)\]}%’”]$/u;
/** Written without a space after it. */
const OPENING = /^[([{$“‘]$/u;

/** The pieces of a text: lower-cased words, numbers and punctuation marks. */
export function wordPieces(text: string): string[] {
  return text.toLowerCase().match(PIECE) ?? [];
}

/**
 * A token is a lower-cased word, a number or a punctuation mark. The vocabulary is the unknown
 * token and the `vocabulary` − 1 most frequent pieces of `text`, by count and then by code point,
 * so it depends on nothing but the text.
 */
export function wordsTokenizer(text: string, vocabulary: number): Tokenizer {
  const pieces = wordPieces(text);
  const counts = new Map<string, number>();
  for (const piece of pieces) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  counts.delete(UNKNOWN);
  const kept = [...counts]
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, vocabulary - 1)
    .map(([piece]) => piece);
  const words = [UNKNOWN, ...kept];
  const ids = new Map(kept.map((piece, i) => [piece, i + 1]));
  const idsOf = (list: string[]) => {
    const out = new Int32Array(list.length);
    for (let i = 0; i < out.length; i++) out[i] = ids.get(list[i]) ?? 0;
    return out;
  };
  const own = idsOf(pieces);
  return {
    name: 'words',
    size: words.length,
    // The counted text is the one that is encoded next: its pieces are not searched again.
    encode: (input) => (input === text ? own.slice() : idsOf(wordPieces(input))),
    decode: (tokens) => {
      let out = '';
      let glue = true;
      for (const id of Array.from(tokens)) {
        const piece = words[id] ?? UNKNOWN;
        out += glue || CLOSING.test(piece) ? piece : ` ${piece}`;
        glue = OPENING.test(piece);
      }
      return out;
    },
  };
}
