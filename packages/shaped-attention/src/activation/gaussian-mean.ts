/** Beyond ±14 the normal density is below 1e-42: less than any polynomial can lift to 1e-16. */
const REACH = 14;

/** Relative change between two refinements at which the sum has converged in float64. */
const CONVERGED = 1e-15;

/** 2^20 nodes: a function that needs more has a kink or a singularity on the real axis. */
const MAX_NODES = 2 ** 20;

/**
 * `E[f(g)]`, g standard normal, for f analytic near the real axis and of polynomial growth.
 *
 * The trapezoidal rule on [−14, 14], refined by halving: on such integrands it converges
 * geometrically (Trefethen and Weideman, "The exponentially convergent trapezoidal rule", 2014).
 *
 * @throws RangeError when 2^20 nodes do not settle the value
 */
export function gaussianMean(f: (g: number) => number): number {
  const weighted = (g: number) => f(g) * Math.exp(-0.5 * g * g);
  let step = 0.5;
  let sum = weighted(0);
  for (let g = step; g <= REACH; g += step) sum += weighted(g) + weighted(-g);
  let estimate = sum * step;
  for (let nodes = (2 * REACH) / step; nodes < MAX_NODES; nodes *= 2) {
    for (let g = step / 2; g <= REACH; g += step) sum += weighted(g) + weighted(-g);
    step /= 2;
    const refined = sum * step;
    if (Math.abs(refined - estimate) <= CONVERGED * Math.abs(refined)) {
      return refined / Math.sqrt(2 * Math.PI);
    }
    estimate = refined;
  }
  throw new RangeError(
    'gaussianMean: expected a function analytic near the real axis, got one whose mean did not settle. Split it at its kink.',
  );
}
