import { expect, it } from 'vitest';
import { learningRateAt } from './learning-rate.js';

const schedule = {
  ...{ learningRate: 0.5, warmup: 4, steps: 25 },
  ...{ schedule: 'cosine' as const, finalFraction: 0.1 },
};

it('rises evenly to the peak, which the last step of the warm-up has', () => {
  const rates = [0, 1, 2, 3].map((step) => learningRateAt(step, schedule));
  expect(rates).toEqual([0.125, 0.25, 0.375, 0.5]);
});

it('falls from the peak over the mean at half way to a tenth at the last step', () => {
  expect(learningRateAt(4, schedule)).toBe(0.5);
  expect(learningRateAt(14, schedule)).toBeCloseTo(0.275, 12);
  expect(learningRateAt(24, schedule)).toBeCloseTo(0.05, 12);
  for (let step = 5; step < 25; step++) {
    expect(learningRateAt(step, schedule)).toBeLessThan(learningRateAt(step - 1, schedule));
  }
});

it('falls evenly to the final fraction in a linear schedule', () => {
  const linear = { ...schedule, schedule: 'linear' as const, finalFraction: 0 };
  expect([4, 9, 14, 19, 24].map((step) => learningRateAt(step, linear))).toEqual([
    0.5, 0.375, 0.25, 0.125, 0,
  ]);
  expect(learningRateAt(24, { ...linear, finalFraction: 0.5 })).toBe(0.25);
});

it('stays at the peak in a constant schedule, after the warm-up', () => {
  const constant = { ...schedule, schedule: 'constant' as const };
  expect([0, 3, 4, 24].map((step) => learningRateAt(step, constant))).toEqual([
    0.125, 0.5, 0.5, 0.5,
  ]);
});

it('is positive at every step of trainings shorter than their warm-up, or of one step', () => {
  for (const warmup of [0, 1, 2, 10]) {
    for (const steps of [1, 2, 3]) {
      for (let step = 0; step < steps; step++) {
        const rate = learningRateAt(step, { ...schedule, learningRate: 1, warmup, steps });
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThanOrEqual(1);
      }
    }
  }
});

it('warms up for ten steps where nothing is said, or for all of a shorter training', () => {
  const unsaid = { ...schedule, warmup: undefined };
  for (const steps of [25, 3]) {
    const said = { ...schedule, warmup: Math.min(10, steps), steps };
    for (let step = 0; step < steps; step++) {
      expect(learningRateAt(step, { ...unsaid, steps })).toBe(learningRateAt(step, said));
    }
  }
});
