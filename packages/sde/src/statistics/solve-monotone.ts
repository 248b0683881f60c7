/** More than bisection ever needs between two float64 numbers of the ranges used here. */
const MAX_STEPS = 200;

/**
 * The root of an increasing function on [low, high]: Newton's method from `start`, with a bisection
 * wherever Newton would leave the bracket.
 *
 * @param evaluate gives [value, slope] at a point
 */
export function solveMonotone(
  evaluate: (u: number) => readonly [number, number],
  start: number,
  low: number,
  high: number,
): number {
  let u = start > low && start < high ? start : (low + high) / 2;
  for (let step = 0; step < MAX_STEPS; step++) {
    const [value, slope] = evaluate(u);
    if (value === 0) return u;
    if (value > 0) high = u;
    else low = u;
    let next = u - value / slope;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (Math.abs(next - u) <= Number.EPSILON * Math.max(1, Math.abs(u))) return next;
    u = next;
  }
  return u;
}
