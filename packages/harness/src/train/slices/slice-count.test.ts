import { describe, expect, it } from 'vitest';
import { sliceCount } from './slice-count.js';

describe('sliceCount', () => {
  it.each([
    [{ sequences: 8, tokens: 64, width: 128 }, 2],
    [{ sequences: 8, tokens: 128, width: 256 }, 4],
    [{ sequences: 8, tokens: 8, width: 128 }, 1],
    [{ sequences: 8, tokens: 64, width: 64 }, 2],
    [{ sequences: 8, tokens: 63, width: 64 }, 1],
    [{ sequences: 12, tokens: 64, width: 128 }, 3],
    [{ sequences: 3, tokens: 512, width: 512 }, 3],
    [{ sequences: 1, tokens: 4096, width: 512 }, 1],
  ])('leaves each of the slices of %o enough to do: %i', (size, slices) => {
    expect(sliceCount(size, 'wasm')).toBe(slices);
    expect(sliceCount(size, 'cpu')).toBe(1);
    expect(sliceCount(size, 'tensorflow')).toBe(1);
  });
});
