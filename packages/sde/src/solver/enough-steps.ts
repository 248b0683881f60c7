import type { Architecture } from '../model/architecture.js';
import { noiseCoefficients } from '../model/covariance-sde.js';
import { checkPositive } from '../statistics/check-sample.js';
import type { Refinement } from './brownian-path.js';

/** The fewest steps given, and the Brownian path that all numbers of steps refine. */
const COARSEST = 80;

/**
 * dt · g2 m is at most this, g2 the coefficient of Σ_lin: 0.08 is dt = 0.01 at γ = 1/2 and m = 8, where
 * Euler–Maruyama hardly leaves the cone (docs/theory.md, section 3).
 */
const NOISE_STEP = 0.08;

/**
 * The cubic drift of attention, γ²/τ0² its coefficient, explodes some steps too late where it moves V by
 * much in a step: dt · γ²/τ0² is at most the first, or the steps at least the second, as what is some
 * steps late hardly matters where there are many.
 */
const DRIFT_STEP = 0.0075;
const MANY_STEPS = 320;

/**
 * A number of steps of Euler–Maruyama that serves an architecture's whole SDE, by rule of thumb: 80,
 * doubled as often as its noise or its drift asks for. All such solutions of one seed follow the same
 * Brownian paths, whatever the parameters, so neighbours differ by their parameters alone.
 *
 * With it the probability to leave |V| ≤ 1000 is within 0.02 of its limit at m = 8, depth/width 0.78
 * (docs/decisions/phase-diagram.md). `chooseStep` measures the error instead.
 *
 * @param time final time T = depth/width
 * @returns `steps` and `refines`, for the options of `simulate`
 * @throws RangeError when time is not positive and finite
 */
export function enoughSteps(arch: Architecture, time: number): Refinement {
  checkPositive('enoughSteps', 'time', time);
  const { gamma, tau0, tokens, attention } = arch;
  const forNoise = NOISE_STEP / (noiseCoefficients(arch).linear * tokens);
  const forDrift = Math.max(DRIFT_STEP * (tau0 / gamma) ** 2, time / MANY_STEPS);
  const dt = attention === 'none' ? forNoise : Math.min(forNoise, forDrift);
  let steps = COARSEST;
  while (time / steps > dt) steps *= 2;
  return { steps, refines: COARSEST };
}
