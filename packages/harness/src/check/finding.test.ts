import { describe, expect, test } from 'vitest';
import { combine, judge, type Measurement } from './finding.js';

const measurement: Measurement = {
  comparison: 'network against exact chain',
  quantity: 'q',
  test: 't',
  effect: 0.5,
  unit: 'sd',
  pValue: 1e-4,
  detectable: 0.1,
  resolution: 0.2,
  tolerance: 0,
};

describe('judge', () => {
  test('a significant effect above its tolerance fails, one within it does not', () => {
    expect(judge([measurement], 0.01)[0].verdict).toBe('FAIL');
    expect(judge([{ ...measurement, tolerance: 0.6 }], 0.01)[0].verdict).toBe('PASS');
  });

  test('what could not have been seen is inconclusive, not passed', () => {
    const blind = { ...measurement, pValue: 0.4, detectable: 0.3 };
    expect(judge([blind], 0.01)[0].verdict).toBe('INCONCLUSIVE');
    expect(judge([{ ...blind, detectable: 0.1 }], 0.01)[0].verdict).toBe('PASS');
  });

  test('p-values are corrected for the number of tests (Holm)', () => {
    const many = Array.from({ length: 200 }, () => ({ ...measurement, pValue: 0.9 }));
    const [first] = judge([measurement, ...many], 0.01);
    expect(first.adjustedPValue).toBeCloseTo(201e-4, 10);
    expect(first.verdict).toBe('PASS');
  });
});

test('combine takes the worst, and nothing at all is inconclusive', () => {
  expect(combine(['PASS', 'INCONCLUSIVE', 'FAIL'])).toBe('FAIL');
  expect(combine(['PASS', 'INCONCLUSIVE'])).toBe('INCONCLUSIVE');
  expect(combine(['PASS'])).toBe('PASS');
  expect(combine([])).toBe('INCONCLUSIVE');
});
