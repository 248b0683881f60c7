import { proportion } from '@shaped/sde';
import { describe, expect, test } from 'vitest';
import { formatCount, formatDecimals, formatNumber, formatShare } from './format.ts';

describe('numbers for readers', () => {
  test('have a minus sign, no trailing zeros and never the word NaN', () => {
    expect(formatNumber(-0.123456)).toBe('−0.123');
    expect(formatNumber(1)).toBe('1');
    expect(formatNumber(NaN)).toBe('–');
    expect(formatDecimals(-0.5, 3)).toBe('−0.500');
    expect(formatDecimals(-0.0001, 3)).toBe('0.000');
    expect(formatDecimals(Infinity, 3)).toBe('–');
    expect(formatCount(4096)).toBe('4,096');
  });

  test.each([
    [410, 1000, '0.41 ± 0.02'],
    [1, 4096, '0.0002 ± 0.0002'],
    [5, 16, '0.3 ± 0.1'],
  ])('%d of %d is %s', (count, total, text) => {
    expect(formatShare(proportion(count, total))).toBe(text);
  });

  test('a share of none or all has the end of its interval, rounded to the safe side', () => {
    expect(formatShare(proportion(0, 256))).toBe('0 (< 0.015)');
    expect(formatShare(proportion(256, 256))).toBe('1 (> 0.985)');
    expect(0.015).toBeGreaterThanOrEqual(proportion(0, 256).upper);
    expect(0.985).toBeLessThanOrEqual(proportion(256, 256).lower);
  });
});
