import { expect, test } from 'vitest';
import { binomialShare } from './binomial-share.js';
import { number, percent, shareText } from './share-text.js';

test('numbers have three digits and true minus signs, probabilities are per cent', () => {
  expect([number(-3.14159), number(0.000123456), number(1000)]).toEqual([
    '−3.14',
    '0.000123',
    '1000',
  ]);
  expect(percent(0.01234)).toBe('1.2 %');
});

test('a share has a standard error, or a bound where none or all met it', () => {
  expect(shareText(binomialShare(40, 100, 0.95))).toBe('40.0 % ± 4.9 %');
  // 1 − 0.05^(1/16) = 0.1707
  expect(shareText(binomialShare(0, 16, 0.95))).toBe('0 % (below 17.1 %)');
  expect(shareText(binomialShare(16, 16, 0.95))).toBe('100 % (above 82.9 %)');
});
