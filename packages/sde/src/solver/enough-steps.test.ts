import { describe, expect, test } from 'vitest';
import { architecture, type ArchitectureOptions } from '../model/architecture.js';
import { equicorrelated } from '../testing/reference-point.js';
import { enoughSteps } from './enough-steps.js';
import { simulate } from './simulate.js';

const model = (gamma: number, more: Partial<ArchitectureOptions> = {}) =>
  architecture({ tokens: 8, width: 64, depth: 48, gamma, ...more });
const steps = (time: number, gamma: number, more?: Partial<ArchitectureOptions>) =>
  enoughSteps(model(gamma, more), time).steps;

describe('steps are 80, doubled until', () => {
  test('dt · g2 m is within 0.08', () => {
    expect(steps(0.75, 0.1)).toBe(80);
    expect(steps(0.75, 0)).toBe(80);
    // g2 = γ²(4 − γ²).
    expect(steps(0.75, 1)).toBe(320); // 225 are wanted
    expect(steps(0.7, 1)).toBe(320); // 210
    expect(steps(0.5, 1)).toBe(160); // 150
    expect(steps(0.75, 1, { tokens: 64, width: 128 })).toBe(2560); // 1800
    expect(steps(0.5, 1, { attention: 'none' })).toBe(160); // g2 = 2γ²: 100
  });

  test('the cubic drift is within 0.0075 a step, or they are 320, where there is attention', () => {
    expect(steps(0.75, 0.3, { tau0: 0.3 })).toBe(160); // 100 are wanted
    expect(steps(0.75, 0.3, { tau0: 0.1 })).toBe(320); // 900 would be
    expect(steps(8, 0.3, { tau0: 0.1 })).toBe(320);
    expect(steps(0.75, 0.3, { tau0: 0.1, attention: 'none' })).toBe(80);
  });

  test('and all refine the path of 80', () => {
    expect(enoughSteps(model(1), 0.75).refines).toBe(80);
  });
});

test.each([0, -1, NaN, Infinity])('a time of %d is refused', (time) => {
  expect(() => enoughSteps(model(0.5), time)).toThrow(/^enoughSteps: expected time to be positive/);
});

describe('the probability to blow up hardly changes with more steps', () => {
  const time = 100 / 128;
  const blownUp = async (gamma: number, tau0: number, run: { steps: number; refines: number }) => {
    const { stoppedAt } = await simulate({
      ...{ arch: model(gamma, { tau0, cMinus: -1 }), V0: equicorrelated(8, 0.2), time, ...run },
      ...{ paths: 400, seed: 2, stopAt: 1000, recordAt: [run.steps] },
    });
    return stoppedAt.filter(Number.isFinite).length / 400;
  };

  // Seeded, the same paths: differences are step errors and what few paths on the border add.
  test.each([
    [1, 0.5],
    [0.35, 0.2],
    [0.35, 0.3],
  ])('γ = %d, τ0 = %d', async (gamma, tau0) => {
    const enough = enoughSteps(model(gamma, { tau0 }), time);
    const share = await blownUp(gamma, tau0, enough);
    const limit = await blownUp(gamma, tau0, { ...enough, steps: 4 * enough.steps });
    expect(limit).toBeGreaterThan(0.05);
    expect(Math.abs(share - limit)).toBeLessThan(0.03);
  });

  test('but does where there are too few', async () => {
    const share = await blownUp(1, 0.5, { steps: 40, refines: 40 });
    const limit = await blownUp(1, 0.5, { steps: 1280, refines: 40 });
    expect(share - limit).toBeGreaterThan(0.05);
  });
});
