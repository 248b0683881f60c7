import { bytesTokenizer } from './bytes-tokenizer.js';
import { readTokenizerJson, SHIPPED_BPE } from './read-tokenizer-json.js';
import type { Tokenizer } from './tokenizer.js';

/** A tokenizer, or how one is made from the words of a text. */
export interface TokenizerKind {
  /** Differs where the same text would have other tokens. */
  fingerprint: string;
  /** Undefined for words, whose vocabulary comes from the text. */
  tokenizer?: Tokenizer;
  /** Text from this size on is kept as tokens on disk, since encoding it again would take seconds. */
  keepsFrom: number;
}

const FAST_KEPT_FROM = 16 * 2 ** 20;
const SLOW_KEPT_FROM = 2 ** 20;

/**
 * The kind of tokenizer that a configuration asks for.
 *
 * @throws Failure (exit code 2) for a `tokenizer.json` that cannot be used
 */
export function tokenizerKind({
  tokenizer: name,
  vocabulary,
}: {
  tokenizer: string;
  vocabulary: number;
}): TokenizerKind {
  if (name === 'words') return { fingerprint: `words ${vocabulary}`, keepsFrom: FAST_KEPT_FROM };
  if (name === 'bytes') {
    return { fingerprint: 'bytes', tokenizer: bytesTokenizer(), keepsFrom: FAST_KEPT_FROM };
  }
  const { tokenizer, sha256 } = readTokenizerJson(name, name === 'bpe' ? SHIPPED_BPE : name);
  return { fingerprint: `json ${sha256}`, tokenizer, keepsFrom: SLOW_KEPT_FROM };
}
