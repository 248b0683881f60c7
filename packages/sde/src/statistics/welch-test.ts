import { checkSample, type Sample } from './check-sample.js';
import { moments } from './moments.js';
import { testResult, type TestResult } from './test-result.js';

/**
 * Welch's test that two samples have one mean, their variances left free; effect
 * `mean(x) − mean(y)`, in units of x.
 *
 * Degrees of freedom by Satterthwaite's formula `(a + b)² / (a²/(m − 1) + b²/(n − 1))`, a and b the
 * squared standard errors.
 *
 * @throws RangeError for fewer than two values, a value that is not finite, or two constant samples
 */
export function welchTest(x: Sample, y: Sample): TestResult {
  checkSample('welchTest', 'x', x, 2);
  checkSample('welchTest', 'y', y, 2);
  const [mx, my] = [moments(x), moments(y)];
  const a = mx.standardError ** 2;
  const b = my.standardError ** 2;
  const df = (a + b) ** 2 / (a ** 2 / (mx.count - 1) + b ** 2 / (my.count - 1));
  return testResult('welchTest', mx.mean - my.mean, Math.sqrt(a + b), df);
}
