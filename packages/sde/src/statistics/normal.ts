import { checkProbability } from './check-sample.js';
import { incompleteGamma } from './incomplete-gamma.js';

const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

/** The standard normal density `e^{−z²/2} / √(2π)`. */
export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / SQRT_TWO_PI;
}

/**
 * P(Z ≤ z) for a standard normal Z, with full relative accuracy in the lower tail.
 *
 * `Φ(z) = Q(1/2, z²/2)/2` for z < 0 (NIST DLMF 7.11.2), by `incompleteGamma`. A function of our own
 * because the table and the error function of simple-statistics are good to 1e-3 and 1e-7 only.
 */
export function normalCdf(z: number): number {
  const { lower, upper } = incompleteGamma(0.5, 0.5 * z * z);
  return z < 0 ? 0.5 * upper : 0.5 + 0.5 * lower;
}

/** P(Z > z) for a standard normal Z, with full relative accuracy in the upper tail. */
export function normalSurvival(z: number): number {
  return normalCdf(-z);
}

/** P(|Z| ≥ |z|): the two-sided p-value of a z score. */
export function normalTwoSided(z: number): number {
  return Math.min(1, 2 * normalCdf(-Math.abs(z)));
}

/**
 * The z with P(Z ≤ z) = p; −∞ at 0 and ∞ at 1.
 *
 * The rational start of Abramowitz and Stegun 26.2.23 (error below 4.5e-4), then three Halley
 * steps, each of which triples the correct digits.
 *
 * @throws RangeError when p is outside [0, 1]
 */
export function normalQuantile(p: number): number {
  checkProbability('normalQuantile', 'p', p);
  if (p > 0.5) return -normalQuantileLower(1 - p);
  return normalQuantileLower(p);
}

function normalQuantileLower(p: number): number {
  if (p === 0) return -Infinity;
  if (p === 0.5) return 0;
  const t = Math.sqrt(-2 * Math.log(p));
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328);
  const denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  let z = numerator / denominator - t;
  for (let step = 0; step < 3; step++) {
    const newton = (normalCdf(z) - p) / normalDensity(z);
    z -= newton / (1 + 0.5 * z * newton);
  }
  return z;
}
