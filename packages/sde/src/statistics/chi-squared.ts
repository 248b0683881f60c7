import { checkPositive, checkProbability } from './check-sample.js';
import { incompleteGamma } from './incomplete-gamma.js';
import { normalQuantile } from './normal.js';
import { logFactorial } from './saddle-point.js';
import { solveMonotone } from './solve-monotone.js';

/**
 * P(X ≤ x) for a chi-squared X with `df` > 0 degrees of freedom: `P(df/2, x/2)`.
 *
 * @throws RangeError when df is not positive and finite
 */
export function chiSquaredCdf(x: number, df: number): number {
  checkPositive('chiSquaredCdf', 'df', df);
  return incompleteGamma(df / 2, Math.max(0, x) / 2).lower;
}

/**
 * P(X > x) for a chi-squared X with `df` > 0 degrees of freedom, accurate in the far tail.
 *
 * @throws RangeError when df is not positive and finite
 */
export function chiSquaredSurvival(x: number, df: number): number {
  checkPositive('chiSquaredSurvival', 'df', df);
  return incompleteGamma(df / 2, Math.max(0, x) / 2).upper;
}

/**
 * The x with P(X ≤ x) = p for a chi-squared X with `df` degrees of freedom.
 *
 * Newton in ln x on the logarithm of the smaller tail, from Wilson and Hilferty's start.
 *
 * @throws RangeError when p is outside [0, 1] or df is not positive and finite
 */
export function chiSquaredQuantile(p: number, df: number): number {
  checkProbability('chiSquaredQuantile', 'p', p);
  checkPositive('chiSquaredQuantile', 'df', df);
  if (p === 0) return 0;
  if (p === 1) return Infinity;
  const a = df / 2;
  const logNorm = logFactorial(a) - Math.log(a); // ln Γ(a)
  const slope = (u: number) => Math.exp(a * u - Math.exp(u) - logNorm);
  const lowerTail = p <= 0.5;
  const target = Math.log(lowerTail ? p : 1 - p);
  const cube = 1 - 2 / (9 * df) + normalQuantile(p) * Math.sqrt(2 / (9 * df));
  const start = cube > 0.2 ? Math.log(a * cube ** 3) : (Math.log(p) + logFactorial(a)) / a;
  const u = solveMonotone(
    (u) => {
      const { lower, upper } = incompleteGamma(a, Math.exp(u));
      return lowerTail
        ? [Math.log(lower) - target, slope(u) / lower]
        : [target - Math.log(upper), slope(u) / upper];
    },
    start,
    -1 + (Math.log(p) + logFactorial(a)) / a,
    Math.log(a + 1) + 8 + Math.log1p(-target),
  );
  return 2 * Math.exp(u);
}
