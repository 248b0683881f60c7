import { testResult, type TestResult } from './test-result.js';

/**
 * The z test of an estimate with a known standard error against an expected value.
 *
 * `effect = estimate − expected`, in the estimate's units; the estimate must be close to normal.
 *
 * @throws RangeError when a number is not finite or the standard error is not positive
 */
export function zTest(estimate: number, standardError: number, expected = 0): TestResult {
  return testResult('zTest', estimate - expected, standardError);
}
