import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.js';

describe('nearest', () => {
  it('finds the word with the fewest edits, whatever the case', () => {
    expect(nearest('dpth', ['depth', 'width', 'path'])).toBe('depth');
    expect(nearest('HEADWIDTH', ['heads', 'headWidth'])).toBe('headWidth');
    expect(nearest('depth', ['depths', 'depth'])).toBe('depth');
  });

  it('finds nothing when no word is near', () => {
    expect(nearest('zebra', ['depth', 'width'])).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
  });
});
