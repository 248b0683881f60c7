import { expect, it } from 'vitest';
import { formatNumber } from './format-number.js';

it.each([
  [0, '0'],
  [0.18944, '0.189'],
  [-0.25, '−0.25'],
  [100, '100'],
  [1_234_567, '1234567'],
  [12345.678, '12346'],
  [1.5e-12, '1.5·10⁻¹²'],
  [-2.5e8, '−2.5·10⁸'],
  [NaN, '—'],
  [Infinity, '—'],
  [null, '—'],
  [undefined, '—'],
])('formatNumber writes %s as %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});
