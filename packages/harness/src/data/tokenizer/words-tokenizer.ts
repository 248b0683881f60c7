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
 * A token is a lower-cased word, a number or a punctuation mark; id 0 is the unknown token and id
 * i + 1 the i-th of `words`, all others are unknown.
 */
export function wordsTokenizer(words: readonly string[]): Tokenizer {
  const ids = new Map(words.map((word, i) => [word, i + 1]));
  return {
    name: 'words',
    size: words.length + 1,
    unknown: 0,
    encode: (text) => {
      const pieces = wordPieces(text);
      const out = new Int32Array(pieces.length);
      for (let i = 0; i < out.length; i++) out[i] = ids.get(pieces[i]) ?? 0;
      return out;
    },
    decode: (tokens) => {
      let out = '';
      let glue = true;
      for (const id of Array.from(tokens)) {
        const piece = words[id - 1] ?? UNKNOWN;
        out += glue || CLOSING.test(piece) ? piece : ` ${piece}`;
        glue = OPENING.test(piece);
      }
      return out;
    },
  };
}
