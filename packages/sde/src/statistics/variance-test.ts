import { sumNthPowerDeviations } from 'simple-statistics';
import { checkSample, type Sample } from './check-sample.js';
import { moments } from './moments.js';
import { testResult, type TestResult } from './test-result.js';

/**
 * The test that two samples have one variance, without assuming normal data; effect
 * `ln(s_x² / s_y²)`, so that 0.1 is a tenth more variance.
 *
 * Delta method with the pooled kurtosis of M. Layard (1973):
 * `var(ln s²) ≈ (κ − (n − 3)/n)/(n − 1)`, `κ = N Σ d⁴ / (Σ d²)²` over both samples about their own
 * means. Assumes that both laws have one kurtosis, and some 50 values in each; for fewer or for very
 * heavy tails use `brownForsythe`.
 *
 * @throws RangeError for fewer than four values, a value that is not finite, or a constant sample
 */
export function varianceTest(x: Sample, y: Sample): TestResult {
  checkSample('varianceTest', 'x', x, 4);
  checkSample('varianceTest', 'y', y, 4);
  const [mx, my] = [moments(x), moments(y)];
  for (const [name, { variance }] of [
    ['x', mx],
    ['y', my],
  ] as const) {
    if (!(variance > 0)) {
      throw new RangeError(
        `varianceTest: expected ${name} to vary, got a constant sample. A point has no variance to compare.`,
      );
    }
  }
  const squares = (mx.count - 1) * mx.variance + (my.count - 1) * my.variance;
  const fourths = sumNthPowerDeviations(x as number[], 4) + sumNthPowerDeviations(y as number[], 4);
  const kurtosis = ((mx.count + my.count) * fourths) / (squares * squares);
  const logVariance = (n: number) => (kurtosis - (n - 3) / n) / (n - 1);
  return testResult(
    'varianceTest',
    Math.log(mx.variance / my.variance),
    Math.sqrt(logVariance(mx.count) + logVariance(my.count)),
  );
}
