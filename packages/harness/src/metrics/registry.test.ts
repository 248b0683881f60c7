import { describe, expect, it } from 'vitest';
import { gramMetrics } from './gram-metrics.js';
import { isMetricName, metricDefinition, METRICS } from './registry.js';

describe('METRICS', () => {
  it('defines each name once, and every covariance metric that is computed', () => {
    const names = METRICS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const computed = Object.keys(gramMetrics([1, 0, 0, 1], 2));
    expect(METRICS.filter((m) => m.source === 'covariance').map((m) => m.name)).toEqual(computed);
  });

  it('says of each metric its formula, axis, normalisation, unit and meaning', () => {
    for (const metric of METRICS) {
      const { title, formula, axis, normalisation, unit, description } = metric;
      for (const text of [title, formula, axis, normalisation, unit, description]) {
        expect(text.trim(), metric.name).not.toBe('');
      }
      expect(description, metric.name).toMatch(/\.$/);
    }
    expect(new Set(METRICS.map(({ title }) => title)).size).toBe(METRICS.length);
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(METRICS))).toEqual(METRICS);
  });
});

describe('metricDefinition', () => {
  it('finds a metric by name and refuses an unknown one with the list', () => {
    expect(metricDefinition('stableRank').formula).toBe('‖X‖_F²/‖X‖₂² = Σ_a λ_a/λ₁');
    expect(() => metricDefinition('rank')).toThrow('got "rank". The metrics are normMean,');
    expect(isMetricName('rank')).toBe(false);
    expect(isMetricName('gradientNorm')).toBe(true);
  });
});
