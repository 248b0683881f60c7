import { holm } from '@shaped/sde';

export type Verdict = 'PASS' | 'FAIL' | 'INCONCLUSIVE';

/** The two questions of a check. */
export type Comparison = 'network against exact chain' | 'exact chain against SDE';

/** One test before the verdict: an effect and what this run could have seen. */
export interface Measurement {
  comparison: Comparison;
  /** What was compared. */
  quantity: string;
  test: string;
  effect: number;
  /** Unit of effect, standardError, detectable and resolution. */
  unit: string;
  /** Absent for a distance between distributions, which has no sign. */
  standardError?: number;
  pValue: number;
  /**
   * The effect that this run would find at the level of one test: with 80 % power for a mean or a
   * spread, the smallest rejected one for a KS distance. Infinite where the sample is too small to
   * reject anything.
   */
  detectable: number;
  /** A run that cannot see an effect of this size decides nothing. */
  resolution: number;
  /** A difference this small is agreed to be none, however significant. */
  tolerance: number;
}

/** A measurement with its verdict. */
export interface Finding extends Measurement {
  /** p-value after Holm's correction over all tests of the check. */
  adjustedPValue: number;
  verdict: Verdict;
}

/**
 * The verdict on each measurement of one check: FAIL where the adjusted p-value is below
 * `alpha` and the effect above its tolerance; else INCONCLUSIVE where an effect of the stated
 * resolution would have gone unseen; else PASS.
 */
export function judge(measurements: readonly Measurement[], alpha: number): Finding[] {
  const adjusted = holm(measurements.map(({ pValue }) => pValue));
  return measurements.map((measurement, i) => {
    const { effect, tolerance, detectable, resolution } = measurement;
    const differs = adjusted[i] < alpha && Math.abs(effect) > tolerance;
    const verdict = differs ? 'FAIL' : detectable > resolution ? 'INCONCLUSIVE' : 'PASS';
    return { ...measurement, adjustedPValue: adjusted[i], verdict };
  });
}

/** The verdict of several: FAIL before INCONCLUSIVE before PASS. */
export function combine(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('FAIL')) return 'FAIL';
  return verdicts.length === 0 || verdicts.includes('INCONCLUSIVE') ? 'INCONCLUSIVE' : 'PASS';
}
