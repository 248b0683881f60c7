import { moments } from '../statistics/moments.js';
import { pairedMean, pairedQuantile } from '../statistics/paired-estimate.js';
import type { StepPair } from './step-pair.js';

/** Whether laws or paths are compared. */
export type StepMeasure = 'law' | 'path';

/** How far coarse and fine solution are apart in one number. */
export interface StepDifference {
  /** What is compared, such as `rho: mean`. */
  readonly target: string;
  /** coarse − fine, or the mean of |coarse − fine|, in units of the fine law's standard deviation. */
  readonly difference: number;
  readonly standardError: number;
}

/**
 * The differences of a pair of solutions: of every functional the mean and the quantiles at
 * `probabilities` ('law'), or the mean distance of the two values of a path ('path').
 *
 * A law without spread has no unit: differences there are 0 or infinite.
 */
export function stepErrors(
  functionals: readonly (readonly [string, unknown])[],
  { coarse, fine }: StepPair,
  measure: StepMeasure,
  probabilities: readonly number[],
): StepDifference[] {
  return functionals.flatMap(([name], f) => {
    const [x, y] = [coarse.values[f], fine.values[f]];
    const unit = moments(y).standardDeviation;
    const inUnits = (value: number) => (value === 0 ? 0 : value / unit);
    if (measure === 'path') {
      const { mean, standardError } = moments(x.map((value, p) => Math.abs(value - y[p])));
      return [
        {
          target: `${name}: path`,
          difference: inUnits(mean),
          standardError: inUnits(standardError),
        },
      ];
    }
    const targets = [
      { target: `${name}: mean`, estimate: pairedMean(x, y) },
      ...probabilities.map((p) => ({
        target: `${name}: quantile ${p}`,
        estimate: pairedQuantile(x, y, p),
      })),
    ];
    return targets.map(({ target, estimate: { first, second, standardError } }) => ({
      target,
      difference: inUnits(first - second),
      standardError: inUnits(standardError(1, -1)),
    }));
  });
}
