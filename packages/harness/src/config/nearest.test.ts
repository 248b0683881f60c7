import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.js';

describe('editDistance', () => {
  it.each<[string, string, number]>([
    ['', '', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['depth', 'depths', 1],
    ['sede', 'seed', 1],
    ['ab', 'ba', 1],
    ['abcd', 'badc', 2],
    // The swap is not edited again, as it would be in the unrestricted Damerau distance, which is 2.
    ['ca', 'abc', 3],
  ])('from %j to %j is %i, either way', (a, b, edits) => {
    expect([editDistance(a, b), editDistance(b, a)]).toEqual([edits, edits]);
  });
});

describe('nearest', () => {
  it('finds the word with the fewest edits, whatever the case', () => {
    expect(nearest('dpth', ['depth', 'width', 'path'])).toBe('depth');
    expect(nearest('HEADWIDTH', ['heads', 'headWidth'])).toBe('headWidth');
    expect(nearest('depth', ['depths', 'depth'])).toBe('depth');
  });

  it('prefers two letters swapped to two letters wrong', () => {
    expect(nearest('sede', ['set', 'seed'])).toBe('seed');
    expect(nearest('dpeth', ['path', 'depth'])).toBe('depth');
  });

  it('finds nothing when no word is near', () => {
    expect(nearest('zebra', ['depth', 'width'])).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
  });
});
