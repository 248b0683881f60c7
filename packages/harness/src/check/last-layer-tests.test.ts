import { describe, expect, test } from 'vitest';
import { syntheticEnsemble } from '../testing/synthetic-ensemble.js';
import { combine, judge } from './finding.js';
import { COMPARED_METRICS, LAST_LAYER_TESTS, lastLayerTests } from './last-layer-tests.js';

const ALPHA = 0.01;
const COMPARISON = 'network against exact chain';

/** Verdicts on a sample that is `shift` and `sd` off a theory of unit normals. */
function findings({ seed = 1, shift = 0, sd = 1, members = 96, paths = 1000 } = {}) {
  const sample = syntheticEnsemble(COMPARED_METRICS, { members, seed: 2 * seed, shift, sd });
  const theory = syntheticEnsemble(COMPARED_METRICS, { members: paths, seed: 2 * seed + 1 });
  return judge(lastLayerTests(COMPARISON, sample, theory, ALPHA / LAST_LAYER_TESTS), ALPHA);
}
const verdicts = (...of: Parameters<typeof findings>) =>
  findings(...of).map(({ verdict }) => verdict);

describe('lastLayerTests', () => {
  test('pass samples of one law', () => {
    expect(verdicts()).toEqual(new Array(LAST_LAYER_TESTS).fill('PASS'));
  });

  test('fail samples of one law in at most about alpha of the runs', () => {
    const RUNS = 200;
    const wrong = Array.from({ length: RUNS }, (_, i) =>
      combine(verdicts({ seed: i + 10, members: 40, paths: 100 })),
    ).filter((verdict) => verdict === 'FAIL').length;
    // Holm promises a mean of at most 2; P(more than 8) < 3e-4.
    expect(wrong).toBeLessThanOrEqual(8);
  });

  test('fail a mean that is off by one standard deviation, and say by how much', () => {
    const all = findings({ shift: 1 });
    expect(all.every(({ verdict }) => verdict === 'FAIL')).toBe(true);
    for (const { effect, standardError } of all.filter(({ test: name }) => name === 'Welch')) {
      expect(Math.abs(effect - 1)).toBeLessThan(4 * (standardError as number));
    }
  });

  test('fail a spread that is off though the mean is right, by the distribution alone', () => {
    const wrong = findings({ sd: 3 }).filter(({ verdict }) => verdict === 'FAIL');
    expect(wrong.map(({ test: name }) => name)).toEqual(
      new Array(3).fill('two-sample Kolmogorov–Smirnov'),
    );
  });

  test('find few networks inconclusive, also those that could never reject anything', () => {
    expect(combine(verdicts({ members: 12 }))).toBe('INCONCLUSIVE');
    const blind = findings({ members: 2, paths: 2 });
    expect(blind[0].detectable).toBe(Infinity);
    expect(combine(blind.map(({ verdict }) => verdict))).toBe('INCONCLUSIVE');
  });

  test('leave out what is one constant up to float32, and keep what one side moves', () => {
    const constant = (shift: number, seed: number, sd: number) =>
      syntheticEnsemble(['logNormMean'], { members: 50, seed, shift, sd });
    const level = ALPHA / LAST_LAYER_TESTS;
    const rounded = constant(-5e-7, 1, 1e-7);
    expect(lastLayerTests(COMPARISON, rounded, constant(0, 2, 0), level)).toEqual([]);
    const moved = judge(
      lastLayerTests(COMPARISON, constant(0, 1, 0.1), constant(0, 2, 0), level),
      ALPHA,
    );
    expect(moved.map(({ verdict }) => verdict)).toContain('FAIL');
    expect(moved.every(({ effect }) => Number.isFinite(effect))).toBe(true);
  });
});
