import type { Tokenizer } from './tokenizer.js';

/**
 * A token is a byte of the UTF-8 text: 256 ids, nothing unknown. A window may cut a letter of
 * several bytes; its text then shows U+FFFD there.
 */
export function bytesTokenizer(): Tokenizer {
  return {
    name: 'bytes',
    size: 256,
    encode: (text) => Int32Array.from(Buffer.from(text, 'utf8')),
    decode: (ids) => Buffer.from(Uint8Array.from(ids)).toString('utf8'),
  };
}
