import { keyFromSeed, Stream } from '@shaped/random';
import { describe, expect, it } from 'vitest';
import { WordCounts } from './word-counts.js';

/** 60,000 words, the k-th with probability ∝ 1/k as in natural text, named by letters. */
function zipf(): string[] {
  const stream = new Stream(keyFromSeed(3));
  const name = (k: number) => k.toString(26).replace(/\d/g, (d) => 'qrstuvwxyz'[Number(d)]);
  return Array.from({ length: 60_000 }, () => name(Math.floor(2 ** (14 * stream.uniform()))));
}

describe('WordCounts', () => {
  it('is exact while it forgets nothing', () => {
    const counts = new WordCounts(4);
    counts.add('b a c b a d d d');
    expect(counts.mostFrequent(3)).toEqual(['d', 'a', 'b']);
    expect(counts.error).toBe(0);
  });

  it('finds the frequent words of a text with more different ones than it holds', () => {
    const words = zipf();
    const [exact, bounded] = [new WordCounts(), new WordCounts(1000)];
    for (let at = 0; at < words.length; at += 500) {
      const piece = words.slice(at, at + 500).join(' ');
      exact.add(piece);
      bounded.add(piece);
    }
    expect(exact.mostFrequent(1e6).length).toBeGreaterThan(5000);
    expect(bounded.mostFrequent(1e6).length).toBeLessThanOrEqual(1000);
    expect(bounded.error).toBeGreaterThan(0);
    expect(bounded.mostFrequent(40)).toEqual(exact.mostFrequent(40));
  });
});
