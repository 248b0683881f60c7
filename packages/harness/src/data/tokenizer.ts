import { bytesTokenizer } from './bytes-tokenizer.js';
import { wordsTokenizer } from './words-tokenizer.js';

/** Text as token ids and back. */
export interface Tokenizer {
  name: 'bytes' | 'words';
  /** Ids are integers in [0, size). */
  size: number;
  encode(text: string): Int32Array;
  /** Text for people; exact for bytes, and for words up to case, spacing and unknown words. */
  decode(ids: ArrayLike<number>): string;
}

/**
 * The tokenizer of a configuration.
 *
 * @param text what the vocabulary of words is counted in
 */
export function makeTokenizer(
  { tokenizer, vocabulary }: { tokenizer: Tokenizer['name']; vocabulary: number },
  text: string,
): Tokenizer {
  return tokenizer === 'bytes' ? bytesTokenizer() : wordsTokenizer(text, vocabulary);
}
