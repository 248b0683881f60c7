/** Text as token ids and back. */
export interface Tokenizer {
  /** `bytes`, `words`, `bpe`, or the path of a `tokenizer.json`. */
  name: string;
  /** Ids are integers in [0, size). */
  size: number;
  /** The id of what the vocabulary lacks, where the tokenizer has one. */
  unknown?: number;
  encode(text: string): Int32Array;
  /** Text for people; exact for bytes, and for words up to case, spacing and unknown words. */
  decode(ids: ArrayLike<number>): string;
}
