import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { usageFailure } from '../../failure.js';
import { jsonTokenizer, type TokenizerJson } from './json-tokenizer.js';
import type { Tokenizer } from './tokenizer.js';

/** The byte-level BPE that comes with the package; tools/tokenizer/train.py made it. */
export const SHIPPED_BPE = new URL('../../../assets/bpe-8192.json', import.meta.url);

/**
 * A tokenizer from a `tokenizer.json`, and the hash of that file.
 *
 * @throws Failure (exit code 2) when there is no such file, or it describes no tokenizer
 */
export function readTokenizerJson(
  name: string,
  path: string | URL,
): { tokenizer: Tokenizer; sha256: string } {
  const refuse = (got: string, advice: string, cause?: unknown) =>
    usageFailure(
      `data.tokenizer: expected bytes, words, bpe or a tokenizer.json, got ${name}: ${got}. ${advice}`,
      { cause },
    );
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const got = code === 'ENOENT' ? 'it does not exist' : `it cannot be read (${code})`;
    throw refuse(got, 'Check the path.', cause);
  }
  const advice =
    'Save it with the tokenizers library: tokenizer.save("tokenizer.json"), or take the one of a model.';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw refuse('it is not JSON', advice, cause);
  }
  const model = (json as Partial<TokenizerJson> | null)?.model;
  if (typeof model !== 'object') throw refuse('JSON without a "model"', advice);
  try {
    const tokenizer = jsonTokenizer(name, json as TokenizerJson);
    return { tokenizer, sha256: createHash('sha256').update(text).digest('hex') };
  } catch (cause) {
    throw refuse(`a tokenizer that cannot be used (${(cause as Error).message})`, advice, cause);
  }
}
