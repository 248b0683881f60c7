import type { Tails } from './incomplete-gamma.js';
import { deviance, stirlingError } from './saddle-point.js';

/** Keeps Lentz's recurrence from dividing by zero; far below any term that matters. */
const TINY = 1e-300;

/**
 * The regularised incomplete beta function I_x(a, b) and 1 − I_x(a, b), for a, b > 0.
 *
 * `y` is 1 − x, given apart so that neither end loses digits. The front factor is Loader's
 * saddle-point form (2000), the rest the continued fraction NIST DLMF 8.17.22 by Lentz's method,
 * used on the side where it converges in O(√max(a, b)) steps.
 */
export function incompleteBeta(x: number, y: number, a: number, b: number): Tails {
  if (x <= 0) return { lower: 0, upper: 1 };
  if (y <= 0) return { lower: 1, upper: 0 };
  if (x * (a + b + 2) > a + 1) {
    const upper = lowerTail(y, x, b, a);
    return { lower: 1 - upper, upper };
  }
  const lower = lowerTail(x, y, a, b);
  return { lower, upper: 1 - lower };
}

function lowerTail(x: number, y: number, a: number, b: number): number {
  const n = a + b;
  const exponent =
    stirlingError(n) -
    stirlingError(a) -
    stirlingError(b) -
    deviance(a, n * x) -
    deviance(b, n * y);
  const front = Math.exp(exponent) * Math.sqrt(b / (2 * Math.PI * a * n));
  let c = 1;
  let d = 1 / (1 - (n * x) / (a + 1) || TINY);
  let fraction = d;
  for (let k = 1; ; k++) {
    const even = (k * (b - k) * x) / ((a + 2 * k - 1) * (a + 2 * k));
    d = 1 / (1 + even * d || TINY);
    c = 1 + even / c || TINY;
    fraction *= c * d;
    const odd = (-(a + k) * (n + k) * x) / ((a + 2 * k) * (a + 2 * k + 1));
    d = 1 / (1 + odd * d || TINY);
    c = 1 + odd / c || TINY;
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) <= Number.EPSILON) break;
  }
  return front * fraction;
}
