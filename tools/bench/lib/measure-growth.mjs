import { performance } from 'node:perf_hooks';
import { simulate } from '../../../packages/sde/dist/index.js';
import { growthExponent } from './growth-exponent.mjs';
import { interleave } from './interleave.mjs';
import { median } from './compare-times.mjs';
import { shaped } from './ours.mjs';
import { initialCovariance, PROBLEM } from './problem.mjs';

const TOKENS = [8, 16, 32, 64, 128, 256, 512];
const QUICK_TOKENS = [8, 16];

/** From here to the largest m the exponent is fitted: below, the O(m²) terms show. */
const FITTED_FROM = 64;
const TARGET = 3.1;

/** Of Euler–Maruyama, few: a path-step at m = 512 takes as long as 10⁵ at m = 8. */
const STEPS = 2;

/** Paths at m tokens: enough for a measurable time at small m, few at large m. */
const pathsOf = (m) => Math.max(8, Math.round(16_384 * (8 / m) ** 2));

/** dt keeps V inside the cone at every m: the noise of a step grows with √(m dt). */
const stepOf = (m) => 0.08 / m;

/** Time of a path-step in the calling thread as m grows, and the exponent of its growth. */
export async function measureGrowth({ engine, rounds, quick, log }) {
  const sizes = quick ? QUICK_TOKENS : TOKENS;
  log(`growth: ${rounds} rounds …`);
  const contenders = Object.fromEntries(
    sizes.map((m) => [String(m), (round) => secondsOf(m, round, engine)]),
  );
  const seconds = await interleave(contenders, rounds);
  const points = sizes.map((m) => [m, median(seconds[m]) / (pathsOf(m) * STEPS)]);
  const fitted = quick ? points : points.filter(([m]) => m >= FITTED_FROM);
  const exponent = growthExponent(fitted);
  return {
    kind: 'growth',
    name: 'growth',
    rounds,
    points,
    fittedFrom: fitted[0][0],
    fittedTo: fitted.at(-1)[0],
    exponent,
    target: TARGET,
    met: exponent <= TARGET,
  };
}

async function secondsOf(tokens, round, engine) {
  const problem = { ...PROBLEM, tokens, width: Math.max(PROBLEM.width, tokens) };
  const paths = pathsOf(tokens);
  const options = {
    arch: shaped(problem),
    V0: initialCovariance(problem),
    time: STEPS * stepOf(tokens),
    steps: STEPS,
    paths,
    seed: round,
    stopAt: problem.stopAt,
    recordAt: [STEPS],
    engine,
  };
  const start = performance.now();
  await simulate(options);
  return (performance.now() - start) / 1_000;
}
