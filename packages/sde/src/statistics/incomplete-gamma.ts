import { deviance, stirlingError } from './saddle-point.js';

/** A distribution function and its complement, each computed without cancellation. */
export interface Tails {
  lower: number;
  upper: number;
}

/** Keeps Lentz's recurrence from dividing by zero; far below any term that matters. */
const TINY = 1e-300;

/**
 * The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 − P, for a > 0, x ≥ 0.
 *
 * `x^a e^{−x} / Γ(a + 1)` comes from the saddle-point form of Loader (2000); below x = a + 1 the
 * power series is summed, above it Legendre's continued fraction by Lentz's method (NIST DLMF
 * 8.11.4 and 8.9.2). The smaller tail keeps a relative accuracy near 1e-14.
 */
export function incompleteGamma(a: number, x: number): Tails {
  if (x === 0) return { lower: 0, upper: 1 };
  if (x === Infinity) return { lower: 1, upper: 0 };
  const front = Math.exp(-stirlingError(a) - deviance(a, x)) / Math.sqrt(2 * Math.PI * a);
  if (x < a + 1) {
    let term = 1;
    let sum = 1;
    for (let k = 1; term > sum * Number.EPSILON; k++) {
      term *= x / (a + k);
      sum += term;
    }
    const lower = front * sum;
    return { lower, upper: 1 - lower };
  }
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let k = 1; ; k++) {
    const numerator = k * (a - k);
    b += 2;
    d = 1 / (numerator * d + b || TINY);
    c = b + numerator / c || TINY;
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) <= Number.EPSILON) break;
  }
  const upper = front * a * fraction;
  return { lower: 1 - upper, upper };
}
