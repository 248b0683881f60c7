import { describe, expect, test } from 'vitest';
import { architecture } from '../model/architecture.js';
import { mlpSde } from '../model/mlp-sde.js';
import { moments } from '../statistics/moments.js';
import { normalCdf, normalDensity } from '../statistics/normal.js';
import { meanCorrelation } from '../summary/covariance-statistics.js';
import { equicorrelated } from '../testing/reference-point.js';
import { decay } from '../testing/toy-models.js';
import { chooseStep, type ChooseStepOptions } from './choose-step.js';

const norm = { V: (V: Float64Array) => V[0] };

describe('a case without noise, where every error is known', () => {
  // V(0) = 1 + p/10, so laws have a spread; Euler's V(T) is (1 − dt)^N V(0).
  const paths = 20;
  const options: ChooseStepOptions = {
    model: decay,
    V0: (path) => Float64Array.of(1 + path / 10),
    functionals: norm,
    ...{ time: 1, paths, seed: 1, tolerance: 0.02, probabilities: [] },
  };
  const start = moments(Float64Array.from({ length: paths }, (_, p) => 1 + p / 10));
  const factor = (steps: number) => (1 - 1 / steps) ** steps;
  const unit = (steps: number) => factor(steps) * start.standardDeviation;

  test('each level measures coarse − fine in units of the spread, and halves', async () => {
    const { history, reached } = await chooseStep(options);
    expect(reached).toBe(true);
    expect(history.map(({ steps }) => steps)).toEqual(history.map((_, k) => 16 * 2 ** k));
    history.forEach(({ steps, dt, stepError, standardError, worst, order }) => {
      const gap = (factor(steps) - factor(steps / 2)) / unit(steps);
      expect(dt).toBe(1 / steps);
      expect(Math.abs(stepError - gap * start.mean)).toBeLessThan(1e-12);
      expect(Math.abs(standardError - gap * start.standardError)).toBeLessThan(1e-12);
      expect([worst, order]).toEqual(['V: mean', 1]);
    });
  });

  test('the claim holds for the exact solution, and half as many steps would not do', async () => {
    const choice = await chooseStep(options);
    if (!choice.reached) throw new Error(choice.reason);
    const error = (steps: number) => ((Math.exp(-1) - factor(steps)) * start.mean) / unit(steps);
    expect(error(choice.steps)).toBeLessThan(options.tolerance);
    expect(choice.bound).toBeLessThanOrEqual(options.tolerance);
    // The estimate is the truth to first order.
    expect(choice.stepError / error(choice.steps)).toBeCloseTo(1, 1);
    expect(choice.history.at(-2)?.bound).toBeGreaterThan(options.tolerance);
  });

  test('nothing is claimed when the budget ends first', async () => {
    const choice = await chooseStep({ ...options, tolerance: 1e-4, maxSteps: 64 });
    expect(choice.reached).toBe(false);
    expect(choice).not.toHaveProperty('steps');
    expect(choice.history).toHaveLength(3);
    if (!choice.reached) expect(choice.reason).toMatch(/with 64 steps .* not 0.0001.*take about/);
  });

  test('laws without any spread agree or differ beyond any unit', async () => {
    const same = { ...options, V0: Float64Array.of(1), tolerance: 1, maxSteps: 64 };
    const none = await chooseStep({ ...same, functionals: { one: () => 1 } });
    expect(none).toMatchObject({ reached: true, stepError: 0, standardError: 0, steps: 32 });
    const { reached, history } = await chooseStep(same);
    expect(reached).toBe(false);
    expect(history.every(({ stepError }) => stepError === Infinity)).toBe(true);
  });
});

// Seeded; 5 standard errors a comparison.
describe('Euler–Maruyama, both solutions on one Brownian path', () => {
  const gamma = 0.35;
  const model = mlpSde(architecture({ tokens: 1, width: 64, depth: 1, gamma }));
  const options: ChooseStepOptions = {
    model,
    V0: Float64Array.of(1),
    functionals: norm,
    ...{ time: 1, paths: 3000, seed: 2, tolerance: 0.05, probabilities: [0.25, 0.5] },
  };

  test('the error it claims is that of the exact law', async () => {
    const choice = await chooseStep({
      ...options,
      functionals: { square: (V) => V[0] ** 2 },
      probabilities: [],
      initialSteps: 2,
      tolerance: 0.02,
    });
    const second = (steps: number) => {
      const s = 2 * gamma * Math.sqrt(1 / steps);
      return ((1 + s * s) * normalCdf(1 / s) + s * normalDensity(1 / s)) ** steps;
    };
    const sd = Math.sqrt(Math.exp(24 * gamma ** 2) - Math.exp(8 * gamma ** 2));
    for (const { steps, stepError, standardError } of choice.history) {
      const gap = Math.abs(second(steps / 2) - second(steps)) / sd;
      // The unit is the sample's standard deviation: of a lognormal square, known to some 30 %.
      expect(Math.abs(stepError - gap)).toBeLessThan(5 * standardError + 0.3 * gap);
    }
    if (!choice.reached) throw new Error(choice.reason);
    expect((Math.exp(4 * gamma ** 2) - second(choice.steps)) / sd).toBeLessThan(0.02);
  });

  test('common noise resolves what independent noise of as many paths cannot', async () => {
    const common = await chooseStep({ ...options, maxSteps: 128 });
    const apart = await chooseStep({ ...options, noise: 'independent', maxSteps: 128 });
    expect([common.noise, apart.noise]).toEqual(['common', 'independent']);
    expect(common.reached).toBe(true);
    expect(apart.reached).toBe(false);
    if (!apart.reached)
      expect(apart.reason).toMatch(/standard error is too large to tell: take about \d+ paths/);
    const at = (steps: number, { history }: typeof common) =>
      Number(history.find((level) => level.steps === steps)?.standardError);
    expect(at(32, common)).toBeLessThan(0.4 * at(32, apart));
  });

  test('with as many paths as it asks for noise takes about half of the tolerance', async () => {
    const asked = { ...options, tolerance: 0.02, maxSteps: 32 };
    const few = await chooseStep({ ...asked, paths: 200 });
    if (few.reached) throw new Error('expected too few paths');
    const wanted = Number(/about (\d+) paths/.exec(few.reason)?.[1]);
    const { history } = await chooseStep({ ...asked, paths: wanted });
    const { bound, stepError } = history[history.length - 1];
    // A factor 2 either way: the standard error at 200 paths, which it goes by, is rough itself.
    expect(bound - stepError).toBeGreaterThan(asked.tolerance / 4);
    expect(bound - stepError).toBeLessThan(asked.tolerance);
  });

  test("measure 'path': the distance on a path falls as √dt", async () => {
    const { history, reached } = await chooseStep({
      ...{
        ...options,
        measure: 'path',
        tolerance: 0.01,
        initialSteps: 4,
        maxSteps: 256,
        paths: 400,
      },
    });
    expect(reached).toBe(false);
    const errors = history.map(({ stepError }) => stepError);
    const ratio = (errors[0] / errors[errors.length - 1]) ** (1 / (errors.length - 1));
    expect(ratio).toBeGreaterThan(1.3);
    expect(ratio).toBeLessThan(1.55);
    expect(history.every(({ order, worst }) => order === 0.5 && worst === 'V: path')).toBe(true);
  });
});

describe('the Gram step and stopped paths', () => {
  const arch = architecture({ tokens: 3, width: 64, depth: 1, gamma: 0.4 });
  const options: ChooseStepOptions = {
    arch,
    V0: equicorrelated(3, 0.2),
    functionals: { rho: meanCorrelation },
    ...{ time: 0.3, paths: 1500, seed: 3, tolerance: 0.25, maxSteps: 64 },
  };

  test('the Gram step starts where it may, with independent noise', async () => {
    const gram = { solver: 'gramStep', time: 2, paths: 1500, probabilities: [0.5] } as const;
    const choice = await chooseStep({ ...options, ...gram, tolerance: 0.35 });
    expect(choice.noise).toBe('independent');
    // dt ≤ 1/(2m) at the coarse solution of the first level, which is twice as coarse.
    expect(choice.history[0].steps).toBe(2 * 2 * 3 * 2);
    expect(choice.history[0].projected.count).toBe(0);
    expect(choice.reached).toBe(true);
  });

  test('where paths stop the error is counted at order 1/2', async () => {
    const { history } = await chooseStep({ ...options, stopAt: 1.5 });
    expect(history[0].stopped.count).toBeGreaterThan(0);
    expect(history[0].order).toBe(0.5);
    const free = await chooseStep(options);
    expect(free.history[0].order).toBe(1);
  });

  test('steps that are undefined are none', async () => {
    const run = { ...options, steps: undefined, paths: 400, tolerance: 0.5 };
    expect((await chooseStep(run)).reached).toBe(true);
  });

  test.each<[Record<string, unknown>, RegExp]>([
    [{ solver: 'gramStep', measure: 'path' }, /strong order for measure 'path', got 'gramStep'/],
    [{ solver: 'gramStep', noise: 'common' }, /not a Brownian path/],
    [{ solver: 'gramStep', initialSteps: 1 }, /step of at most 1\/\(2m\)/],
    [{ measure: 'path', noise: 'independent' }, /different Brownian paths differ/],
    [{ measure: 'strong' }, /'law' or 'path', got 'strong'/],
    [{ tolerance: 0 }, /tolerance to be positive/],
    [{ tolerance: NaN }, /tolerance/],
    [{ steps: 10 }, /no steps, got 10.*maxSteps/],
    [{ maxSteps: 31 }, /at least 4 initialSteps = 32, got 31/],
    [{ initialSteps: 0 }, /initialSteps to be a positive integer/],
    [{ probabilities: [0.5, 0] }, /probabilities in \(0, 1\)/],
    [{ probabilities: [0.99] }, /at least 2000 paths for the quantile at 0.99, got 1500/],
    [{ recordAt: [0] }, /no recordAt/],
    [{ functionals: {} }, /at least one functional/],
  ])('%# is refused with the reason', async (wrong, message) => {
    await expect(chooseStep({ ...options, ...wrong })).rejects.toThrow(message);
  });
});
