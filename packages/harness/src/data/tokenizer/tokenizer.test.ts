import { describe, expect, it } from 'vitest';
import { bytesTokenizer } from './bytes-tokenizer.js';
import { WordCounts } from './word-counts.js';
import { wordPieces, wordsTokenizer } from './words-tokenizer.js';

const words = (text: string, vocabulary: number) => {
  const counts = new WordCounts();
  counts.add(text);
  return wordsTokenizer(counts.mostFrequent(vocabulary - 1));
};
const bytes = bytesTokenizer();

describe('the bytes tokenizer', () => {
  it('returns any text as it was', () => {
    const text = 'Ünïcode — 漢字 😀\n\tand\0control';
    expect(bytes.decode(bytes.encode(text))).toBe(text);
    expect(bytes.encode('é')).toEqual(Int32Array.from([0xc3, 0xa9]));
    expect(bytes.size).toBe(256);
  });
});

describe('the words tokenizer', () => {
  it('cuts text into lower-cased words, numbers and punctuation marks', () => {
    expect(wordPieces("The people's 1,200 votes — née O’Neill: OK?")).toEqual([
      'the',
      "people's",
      '1',
      ',',
      '200',
      'votes',
      '—',
      'née',
      'o’neill',
      ':',
      'ok',
      '?',
    ]);
  });

  it('numbers the most frequent words, ties by code point, after the unknown word', () => {
    const tokenizer = words('b a c b a d d d', 4);
    expect(tokenizer.size).toBe(4);
    expect([...tokenizer.encode('d a b c x')]).toEqual([1, 2, 3, 0, 0]);
    expect(tokenizer.decode([1, 2, 3, 0])).toBe('d a b <unk>');
  });

  it('has no more ids than words', () => {
    const tokenizer = words('one two', 100);
    expect(tokenizer.size).toBe(3);
    expect(Math.max(...tokenizer.encode('one two three'))).toBe(2);
  });

  it('writes text that encodes to the same ids', () => {
    const text = 'We (the people), in order: "to form"; a more perfect union.';
    const tokenizer = words(text, 50);
    const ids = tokenizer.encode(text);
    expect(tokenizer.encode(tokenizer.decode(ids))).toEqual(ids);
    expect(tokenizer.decode(ids)).toContain('we (the people), in order:');
  });

  it('reads its own mark for unknown words back', () => {
    const tokenizer = words('one <unk> two', 10);
    expect(tokenizer.size).toBe(3);
    expect(tokenizer.encode(tokenizer.decode([1, 0, 2]))).toEqual(Int32Array.from([1, 0, 2]));
  });

  it('keeps words that are named like members of Object apart from them', () => {
    const tokenizer = words('constructor __proto__ constructor', 10);
    expect(tokenizer.decode(tokenizer.encode('constructor'))).toBe('constructor');
    expect(tokenizer.encode('tostring')[0]).toBe(0);
  });
});
