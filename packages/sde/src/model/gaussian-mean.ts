/** Beyond ±14 the normal density is below 1e-42: no activation lifts it to 1e-16. */
const REACH = 14;

/** Relative change of a refinement at which float64 has nothing left to gain. */
const CONVERGED = 1e-15;

/** Halvings of a step of 1: an activation that asks for more is not analytic at its scale. */
const MAX_HALVINGS = 16;

/**
 * `E[f(g)]`, g standard normal, by the trapezoidal rule on [−14, 14] with halved steps: it converges
 * geometrically for f analytic near the real axis and of at most polynomial growth.
 *
 * @throws RangeError when 2^16 nodes a unit do not settle the value
 */
export function gaussianMean(f: (g: number) => number): number {
  const weighted = (g: number) => f(g) * Math.exp(-(g * g) / 2);
  let sum = weighted(0);
  for (let g = 1; g <= REACH; g++) sum += weighted(g) + weighted(-g);
  let mean = sum;
  for (let halving = 1; halving <= MAX_HALVINGS; halving++) {
    const step = 2 ** -halving;
    for (let g = step; g < REACH; g += 2 * step) sum += weighted(g) + weighted(-g);
    const refined = sum * step;
    if (Math.abs(refined - mean) <= CONVERGED * Math.abs(refined)) {
      return refined / Math.sqrt(2 * Math.PI);
    }
    mean = refined;
  }
  throw new RangeError(
    'gaussianMean: expected a function analytic near the real axis, got one whose mean did not ' +
      'settle. Split it at its kink, or flatten it.',
  );
}
