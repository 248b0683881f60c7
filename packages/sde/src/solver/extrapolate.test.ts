import { describe, expect, test } from 'vitest';
import { architecture } from '../model/architecture.js';
import { mlpSde } from '../model/mlp-sde.js';
import { moments } from '../statistics/moments.js';
import { normalCdf, normalDensity, normalQuantile } from '../statistics/normal.js';
import { meanCorrelation } from '../summary/covariance-statistics.js';
import { drawsFrom } from '../testing/draws-from.js';
import { equicorrelated } from '../testing/reference-point.js';
import { decay } from '../testing/toy-models.js';
import { eulerMaruyama } from './euler-maruyama.js';
import { extrapolate, type ExtrapolateOptions } from './extrapolate.js';
import { simulate } from './simulate.js';

const one = { V: (V: Float64Array) => V[0], square: (V: Float64Array) => V[0] ** 2 };

test('without noise the error falls as dt², and that of plain Euler as dt', async () => {
  const options = { model: decay, V0: Float64Array.of(3), functionals: one, time: 1, paths: 2 };
  const errors = await Promise.all(
    [64, 128].map(async (steps) => {
      const { functionals, weakOrder } = await extrapolate({ ...options, steps, seed: 1 });
      expect(weakOrder).toBe(2);
      return [functionals.V, functionals.square].map(({ value, fine, standardError }, f) => {
        const exact = f === 0 ? 3 * Math.exp(-1) : 9 * Math.exp(-2);
        expect(standardError).toBe(0);
        return { extrapolated: value - exact, plain: fine - exact };
      });
    }),
  );
  for (const f of [0, 1]) {
    expect(errors[0][f].extrapolated / errors[1][f].extrapolated).toBeCloseTo(4, 0);
    expect(errors[0][f].plain / errors[1][f].plain).toBeCloseTo(2, 1);
    expect(Math.abs(errors[0][f].extrapolated)).toBeLessThan(0.02 * Math.abs(errors[0][f].plain));
  }
});

// With one token and the MLP alone a step multiplies V by an independent factor, so that a scheme's
// expectation of V² or log V after N steps is known from one step. The normal of the step is
// integrated by the trapezoidal rule, whose error at a spacing of 0.25 is below rounding.
describe('by exact expectations under the schemes the order is 2', () => {
  const gamma = 0.5;
  const model = mlpSde(architecture({ tokens: 1, width: 64, depth: 1, gamma }));
  const exact = { square: 4 * gamma ** 2, log: -2 * gamma ** 2 };

  /** ln E V² and E log V a unit of time, from one Euler–Maruyama step of 1/steps. */
  const euler = (steps: number) => {
    const solver = eulerMaruyama(model, 1 / steps);
    const spacing = 0.25;
    const sums = { square: 0, log: 0 };
    for (let k = -34; k <= 34; k++) {
      const V = Float64Array.of(1);
      solver.step(
        V,
        drawsFrom(() => k * spacing),
      );
      const weight = spacing * normalDensity(k * spacing);
      sums.square += weight * V[0] ** 2;
      sums.log += weight * Math.log(V[0]);
    }
    return { square: sums.square ** steps, log: steps * sums.log };
  };
  const gram = (steps: number) => {
    const dt = 1 / steps;
    return { square: (1 + 4 * gamma ** 2 * dt + 4 * gamma ** 4 * dt ** 2) ** steps, log: NaN };
  };

  test.each([
    ['Euler–Maruyama', 'square', euler],
    ['Euler–Maruyama', 'log', euler],
    ['the Gram step', 'square', gram],
  ] as const)('%s, E of %s', (_, functional, scheme) => {
    const limit = functional === 'square' ? Math.exp(exact.square) : exact.log;
    const plain = (steps: number) => scheme(steps)[functional] - limit;
    const romberg = (steps: number) => 2 * plain(2 * steps) - plain(steps);
    for (const steps of [400, 800]) {
      expect(plain(steps) / plain(2 * steps)).toBeCloseTo(2, 1);
      expect(romberg(steps) / romberg(2 * steps)).toBeCloseTo(4, 1);
    }
  });
});

describe('a case with a known answer: the norm of one token under the MLP alone', () => {
  const gamma = 0.4;
  const limit = Math.exp(4 * gamma ** 2);
  const model = mlpSde(architecture({ tokens: 1, width: 64, depth: 1, gamma }));
  const options = { model, V0: Float64Array.of(1), functionals: one, time: 1 };
  const scheme = {
    eulerMaruyama: (steps: number) => {
      const s = 2 * gamma * Math.sqrt(1 / steps);
      return ((1 + s * s) * normalCdf(1 / s) + s * normalDensity(1 / s)) ** steps;
    },
    gramStep: (steps: number) => {
      const dt = 1 / steps;
      return (1 + 4 * gamma ** 2 * dt + 4 * gamma ** 4 * dt ** 2) ** steps;
    },
  };

  // Seeded; 5 standard errors a comparison.
  test.each([
    ['eulerMaruyama', 2, 20_000],
    ['gramStep', 3, 20_000],
  ] as const)('%s: E V² is that of both schemes combined', async (solver, steps, paths) => {
    const {
      functionals,
      noise,
      steps: taken,
    } = await extrapolate({
      ...{ ...options, solver, steps, paths, seed: 21 },
    });
    expect(noise).toBe(solver === 'gramStep' ? 'independent' : 'common');
    expect(taken).toEqual({ coarse: steps, fine: 2 * steps });
    const { value, standardError, coarse, fine, stepError, stepErrorStandardError } =
      functionals.square;
    expect(value).toBe(2 * fine - coarse);
    expect(stepError).toBe(coarse - fine);
    const of = scheme[solver];
    expect(Math.abs(value - (2 * of(2 * steps) - of(steps)))).toBeLessThan(5 * standardError);
    expect(Math.abs(stepError - (of(steps) - of(2 * steps)))).toBeLessThan(
      5 * stepErrorStandardError,
    );
    expect(Math.abs(value - limit)).toBeLessThan(5 * standardError);
  });

  test('where plain Euler is told from the truth, the extrapolation is not', async () => {
    const { functionals } = await extrapolate({ ...options, steps: 2, paths: 40_000, seed: 22 });
    const { value, standardError, coarse } = functionals.square;
    expect(Math.abs(coarse - limit)).toBeGreaterThan(4 * standardError);
    expect(Math.abs(value - limit)).toBeLessThan(4 * standardError);
  });

  test('quantiles and the distribution function are those of the lognormal law', async () => {
    const probabilities = [0.1, 0.25, 0.75];
    const quantileOf = (p: number) => Math.exp(-2 * gamma ** 2 + 2 * gamma * normalQuantile(p));
    const x = quantileOf(0.1);
    const { functionals } = await extrapolate({
      ...{ ...options, steps: 8, paths: 20_000, seed: 23, probabilities, thresholds: { V: [x] } },
    });
    const { quantiles, distribution } = functionals.V;
    expect(quantiles.map(({ p }) => p)).toEqual(probabilities);
    for (const { p, value, standardError } of quantiles) {
      expect(Math.abs(value - quantileOf(p))).toBeLessThan(5 * standardError);
    }
    // The coarse lower tail is off by what the extrapolation removes.
    expect(quantiles[0].coarse - x).toBeLessThan(-5 * quantiles[0].standardError);
    expect(distribution[0]).toMatchObject({ x });
    expect(Math.abs(distribution[0].value - 0.1)).toBeLessThan(5 * distribution[0].standardError);
  });
});

describe('the standard error is honest', () => {
  const arch = architecture({ tokens: 2, width: 64, depth: 1, gamma: 0.25 });
  const options = {
    arch,
    V0: equicorrelated(2, 0.2),
    functionals: { rho: meanCorrelation },
    ...{ time: 0.5, steps: 8, paths: 150, probabilities: [0.5], stopAt: 1e3 },
  };

  test.each(['common', 'independent'] as const)(
    '%s noise: it is the spread over seeds',
    async (noise) => {
      const runs = await Promise.all(
        Array.from({ length: 60 }, (_, seed) => extrapolate({ ...options, noise, seed })),
      );
      // 60 runs know a spread to 9 %: 1 ± 0.35 is four of those. A median's own error is rougher.
      const [mean, median] = [
        runs.map(({ functionals }) => functionals.rho),
        runs.map(({ functionals }) => functionals.rho.quantiles[0]),
      ];
      for (const values of [mean, median]) {
        const spread = moments(values.map(({ value }) => value)).standardDeviation;
        const said = moments(values.map(({ standardError }) => standardError)).mean;
        expect(said / spread).toBeGreaterThan(0.65);
        expect(said / spread).toBeLessThan(1.35);
      }
    },
  );

  test('common noise has a fifth of the variance of independent noise, or little more', async () => {
    const [common, apart] = await Promise.all(
      (['common', 'independent'] as const).map((noise) =>
        extrapolate({ ...options, paths: 2000, noise, seed: 3 }),
      ),
    );
    const ratio = (common.functionals.rho.standardError / apart.functionals.rho.standardError) ** 2;
    expect(ratio).toBeGreaterThan(0.18);
    expect(ratio).toBeLessThan(0.35);
    const steps =
      common.functionals.rho.stepErrorStandardError / apart.functionals.rho.stepErrorStandardError;
    expect(steps).toBeLessThan(0.5);
  });
});

describe('what is not legitimate is not claimed', () => {
  const arch = architecture({ tokens: 2, width: 64, depth: 1 });
  const options: ExtrapolateOptions<'rho'> = {
    arch,
    V0: equicorrelated(2, 0.2),
    functionals: { rho: meanCorrelation },
    ...{ time: 0.5, steps: 8, paths: 50, seed: 1 },
  };

  test('where paths stop the order is that of a discretely watched exit', async () => {
    const free = await extrapolate(options);
    expect(free).toMatchObject({
      weakOrder: 2,
      strongOrder: null,
      stopped: { fine: { count: 0 } },
    });
    const stopped = await extrapolate({ ...options, stopAt: 1.05 });
    expect(stopped.weakOrder).toBe(0.5);
    expect(stopped.stopped.fine.count).toBeGreaterThan(0);
  });

  test('paths that start beyond r are constants, not NaN', async () => {
    const { functionals, stopped } = await extrapolate({ ...options, stopAt: 0.5 });
    expect(stopped.coarse.fraction).toBe(1);
    expect(functionals.rho.value).toBeCloseTo(0.2, 14);
    expect(functionals.rho.standardError).toBeLessThan(1e-15);
  });

  test.each<[Partial<ExtrapolateOptions<'rho'>> | Record<string, unknown>, RegExp]>([
    [{ recordAt: [0, 8] }, /2·fine − coarse of one path is not a path/],
    [{ solver: 'gramStep', noise: 'common' }, /not a Brownian path/],
    [{ solver: 'gramStep', steps: 1, time: 1 }, /step of at most 1\/\(2m\)/],
    [{ solver: 'talayTubaro' }, /no paths, and so no ensemble/],
    [{ solver: 'heun' }, /'eulerMaruyama' or 'gramStep', got 'heun'. Choose/],
    [{ noise: 'shared' }, /'common' or 'independent', got 'shared'/],
    [{ arch: undefined }, /either model or arch, got neither/],
    [{ model: decay }, /got both/],
    [{ time: 0 }, /time to be positive/],
    [{ steps: 1.5 }, /steps to be a positive integer, got 1.5/],
    [{ paths: 1 }, /at least two paths/],
    [{ functionals: {} }, /at least one functional/],
    [{ functionals: { rho: () => NaN } }, /'rho' to be finite/],
    [{ probabilities: [1] }, /probabilities in \(0, 1\)/],
    [{ thresholds: { rho: [0, NaN] } }, /finite thresholds of 'rho', got NaN/],
    [{ paths: 1e9 }, /at most 2147483648 bytes at once, got 16000000000 \(2 .*Take fewer paths/],
    [{ memoryLimit: 100 }, /at most 100 bytes at once, got \d+ \(2 solutions × 1 functionals/],
    [{ thresholds: { other: [0] } }, /thresholds of functionals, got 'other'. Name one of 'rho'/],
    [{ stopAt: -1 }, /extrapolate: expected stopAt/],
    [{ V0: equicorrelated(3, 0) }, /V0 of 4 or/],
  ])('%# is refused with the reason', async (wrong, message) => {
    await expect(extrapolate({ ...options, ...wrong })).rejects.toThrow(message);
  });

  test('an ensemble is not had from it', async () => {
    const { functionals: _, ...rest } = options;
    await expect(simulate({ ...rest, solver: 'talayTubaro' as 'gramStep' })).rejects.toThrow(
      /got 'talayTubaro'. .* no paths, and so no ensemble. Call extrapolate/,
    );
  });
});
