/**
 * How many validations have passed since the lowest loss; 0 when the last one is the lowest. A loss
 * equal to the lowest is no improvement.
 *
 * A function of the recorded losses alone, so that a resumed training needs nothing else.
 */
export function validationsSinceBest(losses: readonly number[]): number {
  let best = 0;
  losses.forEach((loss, i) => {
    if (loss < losses[best]) best = i;
  });
  return Math.max(0, losses.length - 1 - best);
}
