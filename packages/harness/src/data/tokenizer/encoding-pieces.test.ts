import { describe, expect, it } from 'vitest';
import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { bytesTokenizer } from './bytes-tokenizer.js';
import { encodingPieces } from './encoding-pieces.js';
import { readTokenizerJson, SHIPPED_BPE } from './read-tokenizer-json.js';
import { wordPieces, wordsTokenizer } from './words-tokenizer.js';

const PIECES = [
  'word',
  "don't",
  'naïve',
  '😀',
  '漢字',
  '12',
  '.',
  '  ',
  '\n\n',
  ' ',
  ' ',
  '\u00a0',
  'ΑΣ',
];

/** Half a million code units of words, signs and runs of space. */
function text(seed: number): string {
  const stream = new Stream(foldIn(keyFromSeed(seed), 'pieces'));
  let out = '';
  while (out.length < 500_000) out += PIECES[stream.integer(PIECES.length)];
  return out;
}

function* cut(whole: string, size: number): Generator<string> {
  for (let at = 0; at < whole.length; at += size) yield whole.slice(at, at + size);
}

describe('encodingPieces', () => {
  const whole = text(1);

  it('depends on the text alone, not on the parts it comes in', () => {
    const pieces = [...encodingPieces([whole])];
    expect(pieces.join('')).toBe(whole);
    expect(pieces.length).toBeGreaterThan(5);
    for (const size of [999, 65_536, 65_537, 200_001]) {
      expect([...encodingPieces(cut(whole, size))]).toEqual(pieces);
    }
  });

  it.each([
    ['bytes', bytesTokenizer()],
    ['words', wordsTokenizer([...new Set(wordPieces(whole))])],
    ['byte pairs', readTokenizerJson('bpe', SHIPPED_BPE).tokenizer],
  ])('gives the tokens of the whole text: %s', (_name, tokenizer) => {
    const ids = [...encodingPieces([whole])].flatMap((piece) => [...tokenizer.encode(piece)]);
    expect(ids).toEqual([...tokenizer.encode(whole)]);
  });

  it('cuts a text without space, but no character', () => {
    const pairs = `a${'😀'.repeat(150_000)}`;
    const pieces = [...encodingPieces([pairs])];
    expect(pieces.join('')).toBe(pairs);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(2 ** 17);
    for (const piece of pieces) expect(Buffer.from(piece).toString()).toBe(piece);
  });

  it('is one piece for a short document and none for an empty one', () => {
    expect([...encodingPieces(['a b', ' c'])]).toEqual(['a b c']);
    expect([...encodingPieces([])]).toEqual([]);
  });
});
