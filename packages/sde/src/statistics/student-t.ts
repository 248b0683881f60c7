import { checkProbability } from './check-sample.js';
import { incompleteBeta } from './incomplete-beta.js';
import type { Tails } from './incomplete-gamma.js';
import { normalCdf, normalQuantile } from './normal.js';
import { stirlingError } from './saddle-point.js';
import { solveMonotone } from './solve-monotone.js';

function checkDegrees(caller: string, df: number): void {
  if (!(df > 0)) {
    throw new RangeError(
      `${caller}: expected df to be positive, got ${df}. Infinity stands for the normal law.`,
    );
  }
}

/** P(|t| ≤ s) and P(|t| > s), s ≥ 0. */
function absoluteTails(s: number, df: number): Tails {
  if (df === Infinity) {
    const upper = 2 * normalCdf(-s);
    return { lower: 1 - upper, upper };
  }
  if (s === Infinity) return { lower: 1, upper: 0 };
  const ratio = (s / df) * s;
  const inside = ratio === Infinity ? 1 : ratio / (1 + ratio);
  return incompleteBeta(inside, 1 / (1 + ratio), 0.5, df / 2);
}

/**
 * P(t ≤ x) for Student's t with `df` > 0 degrees of freedom (∞: the normal law), with full relative
 * accuracy in the lower tail. `P(|t| > x) = I_{df/(df + x²)}(df/2, 1/2)`.
 *
 * @throws RangeError when df is not positive
 */
export function studentCdf(x: number, df: number): number {
  checkDegrees('studentCdf', df);
  const { lower, upper } = absoluteTails(Math.abs(x), df);
  return x < 0 ? 0.5 * upper : 0.5 + 0.5 * lower;
}

/**
 * P(|t| ≥ |x|): the two-sided p-value of a t statistic.
 *
 * @throws RangeError when df is not positive
 */
export function studentTwoSided(x: number, df: number): number {
  checkDegrees('studentTwoSided', df);
  return absoluteTails(Math.abs(x), df).upper;
}

/**
 * The x with P(t ≤ x) = p for Student's t with `df` degrees of freedom.
 *
 * @throws RangeError when p is outside [0, 1] or df is not positive
 */
export function studentQuantile(p: number, df: number): number {
  checkProbability('studentQuantile', 'p', p);
  checkDegrees('studentQuantile', df);
  const tail = Math.min(p, 1 - p);
  const sign = p < 0.5 ? -1 : 1;
  if (tail === 0) return sign * Infinity;
  if (tail === 0.5) return 0;
  if (df === Infinity) return normalQuantile(p);
  const logNorm =
    stirlingError((df + 1) / 2) -
    stirlingError(df / 2) +
    (df / 2) * Math.log1p(1 / df) -
    0.5 -
    0.5 * Math.log(2 * Math.PI);
  // Newton in ln x on the logarithm of the tail: nearly a straight line far out.
  const u = solveMonotone(
    (u) => {
      const x = Math.exp(u);
      const upper = 0.5 * absoluteTails(x, df).upper;
      const density = Math.exp(logNorm - ((df + 1) / 2) * Math.log1p((x / df) * x));
      return [Math.log(tail) - Math.log(upper), (x * density) / upper];
    },
    Math.log(-normalQuantile(tail)),
    -80,
    Math.log(df + 1) + 8 - (2 * Math.log(tail)) / Math.min(df, 2),
  );
  return sign * Math.exp(u);
}
