import { describe, expect, test } from 'vitest';
import { colour, type ColourScale } from './colour-map.js';

/**
 * CIE 1976 lightness of an sRGB colour, from its relative luminance (IEC 61966-2-1): the way back,
 * and one that shares no code with the way there.
 */
function lightness(rgb: readonly number[]): number {
  const [r, g, b] = rgb.map((byte) => {
    const c = byte / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return luminance > (6 / 29) ** 3 ? 116 * Math.cbrt(luminance) - 16 : luminance * (29 / 3) ** 3;
}

/**
 * Half a step of one byte in every channel changes L* by at most this much on these scales (the
 * slope of L* in a grey byte is at most 0.55 above L* 8); a colour outside sRGB is off by more.
 */
const ROUNDING = 0.28;

const positions = Array.from({ length: 257 }, (_, i) => i / 256);

describe.each<[ColourScale, (position: number) => number]>([
  ['sequential', (t) => 14 + 78 * t],
  ['diverging', (t) => 96 - 58 * Math.abs(2 * t - 1)],
])('colour, %s', (scale, expected) => {
  test('has the stated CIE lightness at every position', () => {
    for (const t of positions) {
      expect(Math.abs(lightness(colour(scale, t)) - expected(t))).toBeLessThanOrEqual(ROUNDING);
    }
  });

  test('gives neighbouring positions neighbouring colours', () => {
    for (let i = 1; i < positions.length; i++) {
      const [a, b] = [colour(scale, positions[i - 1]), colour(scale, positions[i])];
      for (let c = 0; c < 3; c++) expect(Math.abs(a[c] - b[c])).toBeLessThanOrEqual(4);
    }
  });
});

test('colour, diverging, is blue at the bottom, neutral in the middle and red at the top', () => {
  const [low, middle, high] = [0, 0.5, 1].map((t) => colour('diverging', t));
  expect(low[2]).toBeGreaterThan(2 * low[0]);
  expect(Math.max(...middle) - Math.min(...middle)).toBeLessThanOrEqual(1);
  expect(high[0]).toBeGreaterThan(2 * high[2]);
});
