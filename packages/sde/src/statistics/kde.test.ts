import { expect, test } from 'vitest';
import { kde, silvermanBandwidth } from './kde.js';
import { normalDensity } from './normal.js';
import { quantiles } from './quantile.js';
import { golden, sampleOf } from './testing/golden.js';

/** The accuracy that `kde` states: linear binning and a recursive filter. */
const OF_PEAK = 1e-3;

/** The sum of kernels itself, with images in a mirror at `floor`. */
function exact(x: ArrayLike<number>, at: number, h: number, floor = -Infinity): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    sum += normalDensity((at - x[i]) / h);
    if (floor > -Infinity) sum += normalDensity((at - 2 * floor + x[i]) / h);
  }
  return sum / (x.length * h);
}

test('the density is that of SciPy within a thousandth of its peak', () => {
  const { bandwidth, x, density } = golden.kde;
  const step = x[1] - x[0];
  const found = kde(sampleOf('normal'), {
    bandwidth,
    extent: [x[0], x[x.length - 1]],
    points: 16 * (x.length - 1) + 1,
  });
  const peak = Math.max(...density);
  expect(found.x[16] - found.x[0]).toBeCloseTo(step, 12);
  density.forEach((value, i) => {
    expect(Math.abs(found.density[16 * i] - value)).toBeLessThan(OF_PEAK * peak);
  });
});

test.each([0.02, 0.1, 0.5, 3])('a bandwidth of %d keeps that accuracy', (bandwidth) => {
  const sample = sampleOf('skewed');
  const { x, density } = kde(sample, { bandwidth });
  const truth = x.map((at) => exact(sample, at, bandwidth));
  const peak = Math.max(...truth);
  density.forEach((value, i) => {
    expect(Math.abs(value - truth[i])).toBeLessThan(OF_PEAK * peak);
  });
});

test('mass beyond the support is reflected into it, so that the density still integrates to 1', () => {
  const sample = sampleOf('skewed');
  const { x, density } = kde(sample, { support: [0, Infinity], bandwidth: 0.4 });
  expect(x[0]).toBe(0);
  const truth = x.map((at) => exact(sample, at, 0.4, 0));
  const peak = Math.max(...truth);
  density.forEach((value, i) => {
    expect(Math.abs(value - truth[i])).toBeLessThan(OF_PEAK * peak);
  });
  const mass = (density.reduce((a, b) => a + b) - density[0] / 2) * (x[1] - x[0]);
  // The grid ends three bandwidths beyond the largest of 30 values.
  expect(Math.abs(mass - 1)).toBeLessThan(2e-3);
  // Without the support a part of it lies below zero.
  const open = kde(sample, { bandwidth: 0.4 });
  expect(open.x[0]).toBeLessThan(0);
});

test("the default bandwidth is Silverman's", () => {
  const x = sampleOf('normal');
  const [q1, q3] = quantiles(x, [0.25, 0.75]);
  const spread = Math.min(Math.sqrt(golden.moments.normal.variance), (q3 - q1) / 1.34);
  expect(silvermanBandwidth(x)).toBeCloseTo(0.9 * spread * 40 ** -0.2, 13);
  expect(kde(x).bandwidth).toBe(silvermanBandwidth(x));
  // A zero interquartile range falls back on the standard deviation.
  expect(silvermanBandwidth([0, 0, 0, 0, 0, 0, 0, 1])).toBeGreaterThan(0);
});

test('what cannot be estimated is refused', () => {
  expect(() => kde([])).toThrow(/kde: expected x/);
  expect(() => kde([1, 1, 1])).toThrow(/expected values that differ, got 3 times 1/);
  expect(() => kde([1, 2], { bandwidth: 0 })).toThrow(/expected bandwidth to be positive/);
  expect(() => kde([1, 2], { support: [0, 1.5] })).toThrow(/inside the support \[0, 1.5\]/);
  expect(() => kde([0, 1, 1e9], { bandwidth: 0.1 })).toThrow(/at most 65536 grid points/);
});
