import { describe, expect, it } from 'vitest';
import { EXIT } from '../../failure.js';
import { textWindows } from './text-windows.js';
import { memoryTokens } from './tokens.js';

const ids = Int32Array.from({ length: 1000 }, (_, i) => i);
const tokens = memoryTokens(ids);
const starts = (seed: number, count = 10) =>
  textWindows({ tokens, length: 8, count, seed }).map(({ start }) => start);

describe('textWindows', () => {
  it('gives the same windows for the same seed and others for another', () => {
    expect(starts(1)).toEqual(starts(1));
    expect(starts(1)).not.toEqual(starts(2));
  });

  it('spreads different windows over the whole text', () => {
    const found = starts(5);
    found.forEach((start, i) => expect(Math.floor((start * 10) / 993)).toBe(i));
    expect(textWindows({ tokens, length: 8, count: 1, seed: 0 })[0].ids).toHaveLength(8);
  });

  it('cuts the tokens at its start', () => {
    for (const { start, ids } of textWindows({ tokens, length: 8, count: 5, seed: 3 })) {
      expect([...ids]).toEqual(Array.from({ length: 8 }, (_, i) => start + i));
    }
  });

  it('uses every start when the text has just enough, and refuses one token less', () => {
    const short = memoryTokens(ids.slice(0, 12));
    const all = textWindows({ tokens: short, length: 8, count: 5, seed: 0 });
    expect(all.map(({ start }) => start)).toEqual([0, 1, 2, 3, 4]);
    expect(() => textWindows({ tokens: short, length: 8, count: 6, seed: 0 })).toThrow(
      expect.objectContaining({
        exitCode: EXIT.usage,
        message: expect.stringMatching(
          /at least 13 tokens for 6 windows of 8, got 12\. Use a longer text/,
        ) as string,
      }),
    );
  });
});
