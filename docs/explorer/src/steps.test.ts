import { describe, expect, test } from 'vitest';
import { PAPER } from './explorer-state.ts';
import { SLIDERS } from './parameters.ts';
import { INTERVALS, stepsFor } from './steps.ts';

describe('the number of steps', () => {
  const extreme = {
    gamma: SLIDERS.gamma.max,
    ratio: SLIDERS.ratio.max,
    tokens: SLIDERS.tokens.max,
  };

  test('keeps dt · 4γ² m at 0.08 at most, and is 80 at least', () => {
    expect(stepsFor(PAPER)).toBe(80);
    expect(stepsFor({ ...extreme, gamma: 0 })).toBe(80);
    for (const gamma of [0.1, 0.37, 0.6, 0.83, 1]) {
      for (const tokens of [2, 5, 12, 32]) {
        const steps = stepsFor({ ...extreme, gamma, tokens });
        expect((extreme.ratio / steps) * 4 * gamma ** 2 * tokens).toBeLessThanOrEqual(0.08);
      }
    }
  });

  test('is never more than half above what is needed', () => {
    expect(stepsFor(extreme)).toBeLessThanOrEqual(1.5 * ((2 * 4 * 32) / 0.08));
  });

  test('takes few values, so that a slider that moves keeps its random numbers', () => {
    const values = new Set<number>();
    for (let gamma = 0; gamma <= 1; gamma += 0.005) values.add(stepsFor({ ...extreme, gamma }));
    // Two an octave.
    expect(values.size).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(stepsFor(extreme) / 80)));
    for (const steps of values) expect(steps % INTERVALS).toBe(0);
  });
});
