import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { expect, test } from 'vitest';
import { gramMetricNames } from '../metrics/index.js';
import { BAND_LEVELS, bandsOf, type BandLevel } from './bands.js';
import { metricColumn } from './metric-ensemble.js';
import { recordedLayers } from './predict-plan.js';

const MEMBERS = 21;
const stride = gramMetricNames.length;
const metrics = new Stream(foldIn(keyFromSeed(1), 'm')).fillNormal(
  new Float64Array(MEMBERS * 2 * stride),
  1,
);
const correlation = gramMetricNames.indexOf('correlationMean');
const rank = gramMetricNames.indexOf('effectiveRank');
// effectiveRank is undefined for one member at record 1, correlationMean for all.
for (let member = 0; member < MEMBERS; member++) {
  metrics[(member * 2 + 1) * stride + correlation] = NaN;
}
metrics[(4 * 2 + 1) * stride + rank] = NaN;
const ensemble = { metrics, records: 2 };

test('a column holds the defined values of one metric at one record, member by member', () => {
  const values = metricColumn(ensemble, 0, 'effectiveRank');
  expect(values).toHaveLength(MEMBERS);
  expect(values[3]).toBe(metrics[3 * 2 * stride + rank]);
  expect(metricColumn(ensemble, 1, 'effectiveRank')).toHaveLength(MEMBERS - 1);
  expect(metricColumn(ensemble, 1, 'correlationMean')).toHaveLength(0);
});

test('a band is the quantiles over members, by linear interpolation of the order statistics', () => {
  const bands = bandsOf(ensemble, [0, 7]);
  const band = bands.find((b) => b.metric === 'effectiveRank' && b.layer === 7);
  const sorted = Array.from({ length: MEMBERS }, (_, i) => metrics[(i * 2 + 1) * stride + rank])
    .filter((x) => !Number.isNaN(x))
    .sort((a, b) => a - b);
  for (const [key, level] of Object.entries(BAND_LEVELS) as [BandLevel, number][]) {
    const h = level * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(h)], sorted[Math.ceil(h)]];
    expect(band?.[key], key).toBeCloseTo(low + (h - Math.floor(h)) * (high - low), 12);
  }
  expect(band?.count).toBe(MEMBERS - 1);
  expect(band?.mean).toBeCloseTo(sorted.reduce((sum, x) => sum + x, 0) / sorted.length, 12);
});

test('the levels are those of their names', () => {
  for (const [key, level] of Object.entries(BAND_LEVELS)) {
    expect(level).toBe(Number(`0.${key.slice(1)}`));
  }
});

test('a metric that no member has, has no band', () => {
  const bands = bandsOf(ensemble, [0, 7]);
  expect(bands).toHaveLength(2 * stride - 1);
  expect(bands.filter((b) => b.metric === 'correlationMean').map((b) => b.layer)).toEqual([0]);
});

test.each([1, 6, 50, 51, 100, 1000])(
  'depth %i: records from 0 to the last layer, evenly',
  (depth) => {
    const layers = recordedLayers(depth);
    expect(layers[0]).toBe(0);
    expect(layers.at(-1)).toBe(depth);
    expect(layers).toHaveLength(Math.min(depth, 50) + 1);
    const gaps = layers.slice(1).map((layer, i) => layer - layers[i]);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
  },
);
