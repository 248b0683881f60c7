import { wordPieces } from '../data/tokenizer/words-tokenizer.js';
import type { ProbeWindow } from '../probe/index.js';

const SPACE = 0x20;
const DELETE = 0x7f;

/** What a byte says: its character where ASCII prints one, else its number in hexadecimal. */
function byteLabel(byte: number): string {
  if (byte === SPACE) return '␣';
  if (byte > SPACE && byte < DELETE) return String.fromCharCode(byte);
  return byte.toString(16).padStart(2, '0');
}

/**
 * What each token of a window says. A text that does not fall into its tokens again, as a damaged
 * one may not, is shown by the numbers of its tokens.
 */
export function tokenLabels({ ids, text, pieces }: ProbeWindow, tokenizer: string): string[] {
  if (tokenizer === 'bytes') return ids.map(byteLabel);
  if (pieces !== undefined) return pieces.map((piece) => piece.replaceAll(' ', '␣'));
  const words = wordPieces(text);
  return words.length === ids.length ? words : ids.map((id) => `#${id}`);
}
