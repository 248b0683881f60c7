import { describe, expect, test } from 'vitest';
import { brownForsythe } from './brown-forsythe.js';
import { stratifiedMeanDifference } from './stratified-mean-difference.js';
import { tTest } from './t-test.js';
import type { TestResult } from './test-result.js';
import { band, normals, rejectionRate } from './testing/calibration.js';
import { golden, relativeError, sampleOf } from './testing/golden.js';
import { varianceTest } from './variance-test.js';
import { welchTest } from './welch-test.js';
import { zTest } from './z-test.js';

const ALPHA = 0.05;
const [normal, shifted] = [sampleOf('normal'), sampleOf('shifted')];

describe('statistics and p-values agree with SciPy', () => {
  const close = (found: number, expected: number) =>
    expect(relativeError(found, expected)).toBeLessThan(1e-12);

  test('tTest', () => {
    const found = tTest(normal, 0.5);
    close(found.statistic, golden.tests.tTest.statistic);
    close(found.pValue, golden.tests.tTest.pValue);
  });

  test('welchTest', () => {
    const found = welchTest(normal, shifted);
    close(found.statistic, golden.tests.welchTest.statistic);
    close(found.degreesOfFreedom, golden.tests.welchTest.degreesOfFreedom);
    close(found.pValue, golden.tests.welchTest.pValue);
  });

  test('brownForsythe', () => {
    const found = brownForsythe(normal, shifted);
    close(found.statistic ** 2, golden.tests.brownForsythe.squaredStatistic);
    close(found.pValue, golden.tests.brownForsythe.pValue);
  });

  test('varianceTest', () => {
    const found = varianceTest(normal, shifted);
    close(found.effect, golden.tests.varianceTest.effect);
    close(found.standardError, golden.tests.varianceTest.standardError);
    close(found.pValue, golden.tests.varianceTest.pValue);
  });

  test('zTest at the two-sided 5 % point', () => {
    expect(zTest(1.959963984540054, 1).pValue).toBeCloseTo(0.05, 14);
    expect(zTest(3, 2, 1)).toMatchObject({ effect: 2, statistic: 1, degreesOfFreedom: Infinity });
  });
});

test('detectable is (q at 1 − alpha/2 + q at power) standard errors', () => {
  expect(zTest(0, 2).detectable(0.05)).toBeCloseTo(
    2 * (1.959963984540054 + 0.8416212335729143),
    12,
  );
  expect(zTest(0, 2).detectable(0.05, 0.5)).toBeCloseTo(2 * 1.959963984540054, 12);
  const t = tTest(normal);
  expect(t.detectable(0.05)).toBeGreaterThan(zTest(0, t.standardError).detectable(0.05));
  expect(() => t.detectable(5)).toThrow(/detectable: expected alpha in \(0, 1\), got 5/);
});

/** A test of x against y, and how to make the effect of y on x. */
const tests: [string, (x: Float64Array, y: Float64Array) => TestResult, 'shift' | 'scale'][] = [
  ['tTest', (x) => tTest(x), 'shift'],
  ['welchTest', welchTest, 'shift'],
  ['brownForsythe', brownForsythe, 'scale'],
  ['varianceTest', varianceTest, 'scale'],
  ['stratifiedMeanDifference', (x, y) => stratifiedMeanDifference([{ x, y }]), 'shift'],
];

// 800 seeded repeats each; see `band` for the alpha of these assertions.
describe.each(tests)('%s', (name, run, kind) => {
  const [m, n] = [120, 80];

  test('p-values are uniform when nothing differs', () => {
    for (const level of [0.05, 0.3]) {
      const rate = rejectionRate(
        `${name} ${level}`,
        800,
        level,
        (stream) => run(normals(stream, m), normals(stream, n)).pValue,
      );
      // Medians and kurtoses make the tests of spread conservative by at most a fifth at this size.
      const slack = kind === 'scale' ? level / 5 : 0;
      expect(rate).toBeLessThan(level + band(level, 800));
      expect(rate).toBeGreaterThan(level - band(level, 800) - slack);
    }
  });

  test('the detectable effect is found with the power stated', () => {
    // The effect in the test's units that a unit-variance pair detects, made into a difference.
    const rate = rejectionRate(`${name} power`, 800, ALPHA, (stream) => {
      const [x, y] = [normals(stream, m), normals(stream, n)];
      const effect = run(x, y).detectable(ALPHA, 0.8);
      const moved = x.map((value) => {
        if (kind === 'shift') return value + effect;
        // Mean distance to the median is √(2/π) deviations; ln variance is twice ln deviation.
        return name === 'varianceTest'
          ? value * Math.exp(effect / 2)
          : value * (1 + effect / Math.sqrt(2 / Math.PI));
      });
      return run(moved, y).pValue;
    });
    expect(rate).toBeGreaterThan(0.8 - band(0.8, 800));
    expect(rate).toBeLessThan(0.8 + band(0.8, 800));
  });
});

test('the tests of spread hold their level for heavy and light tails', () => {
  const laws = {
    uniform: (stream: { uniform(): number }) => stream.uniform(),
    laplace: (stream: { uniform(): number }) => Math.log(stream.uniform() / stream.uniform()),
  };
  for (const [law, draw] of Object.entries(laws)) {
    for (const run of [brownForsythe, varianceTest]) {
      const rate = rejectionRate(`${run.name} ${law}`, 600, ALPHA, (stream) => {
        const sample = () => Float64Array.from({ length: 150 }, () => draw(stream));
        return run(sample(), sample()).pValue;
      });
      expect(Math.abs(rate - ALPHA), `${run.name} ${law}`).toBeLessThan(band(ALPHA, 600));
    }
  }
});

describe('stratifiedMeanDifference', () => {
  test('with one stratum it is the test of Welch', () => {
    const found = stratifiedMeanDifference([{ x: normal, y: shifted, weight: 3 }]);
    const welch = welchTest(normal, shifted);
    expect(relativeError(found.statistic, welch.statistic)).toBeLessThan(1e-13);
    expect(relativeError(found.degreesOfFreedom, welch.degreesOfFreedom)).toBeLessThan(1e-13);
  });

  test('the means of the strata cancel, and pooling without strata would not see the effect', () => {
    const rate = (pooled: boolean) =>
      rejectionRate('strata power', 100, ALPHA, (stream) => {
        const strata = [0, 10, 20].map((centre) => ({
          x: normals(stream, 20, centre + 0.8),
          y: normals(stream, 20, centre),
        }));
        if (!pooled) return stratifiedMeanDifference(strata).pValue;
        const all = (side: 'x' | 'y') => strata.flatMap((stratum) => [...stratum[side]]);
        return welchTest(all('x'), all('y')).pValue;
      });
    expect(rate(false)).toBeGreaterThan(0.95);
    expect(rate(true)).toBeLessThan(0.05);
  });

  test('unbalanced strata with means of their own are not mistaken for an effect', () => {
    const rate = rejectionRate('strata', 800, ALPHA, (stream) => {
      const strata = [
        { x: normals(stream, 40, 0), y: normals(stream, 10, 0) },
        { x: normals(stream, 10, 5, 2), y: normals(stream, 40, 5, 2) },
      ];
      return stratifiedMeanDifference(strata).pValue;
    });
    expect(Math.abs(rate - ALPHA)).toBeLessThan(band(ALPHA, 800));
  });

  test('no strata and bad weights are refused', () => {
    expect(() => stratifiedMeanDifference([])).toThrow(/expected at least 1 stratum, got 0/);
    const bad = [{ x: [1, 2], y: [1, 2], weight: 0 }];
    expect(() => stratifiedMeanDifference(bad)).toThrow(/strata\[0\].weight to be positive/);
    expect(() => stratifiedMeanDifference([{ x: [1, 2], y: [1] }])).toThrow(
      /strata\[0\].y to hold/,
    );
  });
});

test('samples that cannot be judged are refused', () => {
  expect(() => tTest([1])).toThrow(/tTest: expected x to hold at least 2 numbers, got 1/);
  expect(() => tTest([1, 1, 1])).toThrow(/tTest: expected the standard error to be positive/);
  expect(() => welchTest([1, 1], [2, 2])).toThrow(/welchTest: expected the standard error/);
  expect(() => welchTest([1, NaN], [2, 3])).toThrow(/got NaN at x\[1\]/);
  expect(() => brownForsythe([1, 2], [3])).toThrow(/brownForsythe: expected y to hold/);
  expect(() => varianceTest([1, 2, 3, 4], [5, 5, 5, 5])).toThrow(/expected y to vary/);
  expect(() => zTest(NaN, 1)).toThrow(/zTest: expected a finite effect, got NaN/);
});
