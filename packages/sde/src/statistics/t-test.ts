import { checkSample, type Sample } from './check-sample.js';
import { moments } from './moments.js';
import { testResult, type TestResult } from './test-result.js';

/**
 * Student's one-sample t test of a mean against an expected value; effect in units of x.
 *
 * @throws RangeError for fewer than two values, a value that is not finite, or a constant sample
 */
export function tTest(x: Sample, expected = 0): TestResult {
  checkSample('tTest', 'x', x, 2);
  const { mean, standardError, count } = moments(x);
  return testResult('tTest', mean - expected, standardError, count - 1);
}
