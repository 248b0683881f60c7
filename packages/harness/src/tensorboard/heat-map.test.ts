import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { colour } from './colour-map.js';
import { heatMap, heatMapLegend, type HeatMap } from './heat-map.js';

const correlation: HeatMap = {
  values: [1, 0, -1, 1 + 2 ** -52, -0.5, 0.5],
  rows: 2,
  columns: 3,
  scale: 'diverging',
};

test('heatMap draws every entry as a square of its colour, entry (0, 0) at the top left', () => {
  const image = heatMap(correlation);
  const square = Math.ceil(320 / 3);
  const { width, height, channels, data } = decode(image.png);
  expect([width, height, channels]).toEqual([3 * square, 2 * square, 3]);
  expect([image.width, image.height]).toEqual([width, height]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = correlation.values[3 * Math.floor(y / square) + Math.floor(x / square)];
      const position = Math.round(255 * Math.min(1, (value + 1) / 2)) / 255;
      const at = 3 * (y * width + x);
      if (data[at] !== colour('diverging', position)[0]) {
        expect.fail(`pixel ${x}, ${y} has red ${data[at]} for value ${value}`);
      }
    }
  }
});

test('heatMap keeps a large matrix at one pixel an entry', () => {
  const image = heatMap({ ...correlation, values: new Float64Array(400), rows: 1, columns: 400 });
  expect([image.width, image.height]).toEqual([400, 1]);
});

test('heatMap maps the ends of the given range to the ends of the scale', () => {
  const image = heatMap({
    values: Float32Array.of(0, 0.25),
    rows: 1,
    columns: 2,
    scale: 'sequential',
    range: [0, 0.25],
  });
  const { data } = decode(image.png);
  expect([...data.subarray(0, 3)]).toEqual(colour('sequential', 0));
  expect([...data.subarray(3 * 160, 3 * 161)]).toEqual(colour('sequential', 1));
});

test('heatMapLegend says what the colours mean', () => {
  expect(heatMapLegend(correlation)).toBe('Colours: -1 blue, 0 white, 1 red.');
  expect(heatMapLegend({ ...correlation, scale: 'sequential', range: [0, 0.5] })).toBe(
    'Colours: 0 dark violet, 0.25 green, 0.5 light yellow.',
  );
});

describe('heatMap refuses', () => {
  test.each<[string, Partial<HeatMap>, RegExp]>([
    ['a wrong size', { rows: 3 }, /expected rows × columns values, got 6 values for 3 × 3/],
    ['an empty matrix', { values: [], rows: 0, columns: 0 }, /got 0 values for 0 × 0/],
    [
      'NaN, with its place',
      { values: [1, 0, -1, 1, NaN, 1] },
      /finite entries, got NaN at row 1, column 1/,
    ],
    ['a sequential scale without a range', { scale: 'sequential' }, /got none. A sequential scale/],
    ['an empty range', { range: [1, 1] }, /low < high, got \[1, 1\]/],
    ['an infinite range', { range: [0, Infinity] }, /low < high, got \[0, Infinity\]/],
  ])('%s', (_, change, message) => {
    expect(() => heatMap({ ...correlation, ...change })).toThrow(message);
  });
});
