import { checkPositive, checkProbability } from './check-sample.js';
import { normalQuantile, normalTwoSided } from './normal.js';
import { studentQuantile, studentTwoSided } from './student-t.js';

/** What a two-sided test of "effect = 0" found, and what it could have found. */
export interface TestResult {
  /** The estimated difference, in the units that the test states. */
  effect: number;
  standardError: number;
  /** `effect / standardError`. */
  statistic: number;
  /** ∞ when the statistic is compared with the normal law. */
  degreesOfFreedom: number;
  pValue: number;
  /**
   * The effect, of either sign, that this test rejects at level alpha with the given power
   * (default 0.8): `(q_{1−α/2} + q_power) standardError`, q the quantiles of the test's law. For
   * Student's law this replaces the non-central one: power within 0.01 from 10 degrees of freedom.
   */
  detectable(this: void, alpha: number, power?: number): number;
}

/**
 * The result of a test whose statistic is effect / standardError, by Student's law with
 * `degreesOfFreedom` (∞: the normal law).
 *
 * @throws RangeError when the standard error is not positive and finite: nothing can be judged then
 */
export function testResult(
  caller: string,
  effect: number,
  standardError: number,
  degreesOfFreedom = Infinity,
): TestResult {
  if (!Number.isFinite(effect)) {
    throw new RangeError(`${caller}: expected a finite effect, got ${effect}. Check the inputs.`);
  }
  checkPositive(caller, 'the standard error', standardError);
  const statistic = effect / standardError;
  const normal = degreesOfFreedom === Infinity;
  return {
    effect,
    standardError,
    statistic,
    degreesOfFreedom,
    pValue: normal ? normalTwoSided(statistic) : studentTwoSided(statistic, degreesOfFreedom),
    detectable: (alpha, power = 0.8) => {
      checkProbability('detectable', 'alpha', alpha, true);
      checkProbability('detectable', 'power', power, true);
      const q = normal ? normalQuantile : (p: number) => studentQuantile(p, degreesOfFreedom);
      return Math.max(0, q(1 - alpha / 2) + q(power)) * standardError;
    },
  };
}
