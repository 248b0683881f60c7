import { checkPositive, checkSample, type Sample } from './check-sample.js';
import { moments } from './moments.js';
import { testResult, type TestResult } from './test-result.js';

/** Two samples taken under the same circumstances, e.g. from the same starting point. */
export interface Stratum {
  x: Sample;
  y: Sample;
  /** Any positive number. Defaults to `m n / (m + n)`, the best for equal variances. */
  weight?: number;
}

/**
 * The test that x and y have one mean within every stratum, whatever the strata's own means; effect
 * the weighted mean of the differences `mean(x) − mean(y)`, in units of x.
 *
 * `effect = Σ w_s (x̄_s − ȳ_s) / Σ w_s`, its squared standard error
 * `Σ w_s² (s_x²/m + s_y²/n) / (Σ w_s)²`, degrees of freedom by Satterthwaite over all 2S samples. With
 * one stratum this is `welchTest`. Differences of opposite sign can cancel.
 *
 * @throws RangeError for no strata, fewer than two values in a sample, a value that is not finite, a
 *   weight that is not positive, or only constant samples
 */
export function stratifiedMeanDifference(strata: readonly Stratum[]): TestResult {
  if (strata.length === 0) {
    throw new RangeError(
      'stratifiedMeanDifference: expected at least 1 stratum, got 0. Give the pairs of samples to compare.',
    );
  }
  let [weights, effect, squaredError, denominator] = [0, 0, 0, 0];
  strata.forEach(({ x, y, weight }, s) => {
    checkSample('stratifiedMeanDifference', `strata[${s}].x`, x, 2);
    checkSample('stratifiedMeanDifference', `strata[${s}].y`, y, 2);
    const w = weight ?? (x.length * y.length) / (x.length + y.length);
    checkPositive('stratifiedMeanDifference', `strata[${s}].weight`, w);
    const [mx, my] = [moments(x), moments(y)];
    weights += w;
    effect += w * (mx.mean - my.mean);
    for (const { standardError, count } of [mx, my]) {
      const part = (w * standardError) ** 2;
      squaredError += part;
      denominator += part ** 2 / (count - 1);
    }
  });
  return testResult(
    'stratifiedMeanDifference',
    effect / weights,
    Math.sqrt(squaredError) / weights,
    squaredError ** 2 / denominator,
  );
}
