import { checkProbability, checkSample, type Sample } from './check-sample.js';
import { moments, type Moments } from './moments.js';
import { median } from './quantile.js';
import { studentQuantile } from './student-t.js';
import { testResult, type TestResult } from './test-result.js';

/** The fixed-point iteration for `detectable` stops at this relative change, far below its use. */
const CONVERGED = 1e-9;

/**
 * Brown and Forsythe's test that two samples have one spread: the pooled t test on the distances to
 * each sample's median (Levene's test with medians, whose F is the square of this statistic).
 *
 * `effect = mean|x − med x| − mean|y − med y|`, in units of x. The choice for heavy tails;
 * conservative in small samples. `detectable` allows for the larger standard error that a wider
 * sample brings, and is ∞ where samples are so small that no widening reaches the power.
 *
 * @throws RangeError for fewer than two values, a value that is not finite, or distances that do not
 *   vary
 */
export function brownForsythe(x: Sample, y: Sample): TestResult {
  const [dx, dy] = [distances('x', x), distances('y', y)];
  const [m, n] = [dx.count, dy.count];
  const df = m + n - 2;
  const pooled = ((m - 1) * dx.variance + (n - 1) * dy.variance) / df;
  const standardError = Math.sqrt(pooled * (1 / m + 1 / n));
  const centre = (m * dx.mean + n * dy.mean) / (m + n);
  const variation = Math.sqrt(
    ((m - 1) * squaredVariation(dx) + (n - 1) * squaredVariation(dy)) / df,
  );
  return {
    ...testResult('brownForsythe', dx.mean - dy.mean, standardError, df),
    detectable: (alpha, power = 0.8) => {
      checkProbability('detectable', 'alpha', alpha, true);
      checkProbability('detectable', 'power', power, true);
      const reject = variation * studentQuantile(1 - alpha / 2, df);
      const reach = variation * studentQuantile(power, df);
      return centre * Math.max(widening(m, n, reject, reach), widening(n, m, reject, reach));
    },
  };
}

/**
 * The r at which widening the a values by 1 + r is found: the root of
 * `r = reject √(((a − 1)(1 + r)² + b − 1)/(a + b − 2) (1/a + 1/b)) + reach √((1 + r)²/a + 1/b)`,
 * the threshold of the pooled test plus the margin for the power.
 */
function widening(a: number, b: number, reject: number, reach: number): number {
  const threshold = (square: number) =>
    Math.sqrt((((a - 1) * square + b - 1) / (a + b - 2)) * (1 / a + 1 / b));
  // The slope far out: at 1 or more the threshold runs away from every widening.
  const slope =
    reject * Math.sqrt(((a - 1) / (a + b - 2)) * (1 / a + 1 / b)) + reach / Math.sqrt(a);
  if (slope >= 1) return Infinity;
  let r = 0;
  for (;;) {
    const square = (1 + r) ** 2;
    const next = Math.max(0, reject * threshold(square) + reach * Math.sqrt(square / a + 1 / b));
    if (Math.abs(next - r) <= CONVERGED * (1 + next)) return next;
    r = next;
  }
}

function squaredVariation({ mean, variance }: Moments): number {
  return mean > 0 ? variance / mean ** 2 : 0;
}

function distances(argument: string, x: Sample): Moments {
  checkSample('brownForsythe', argument, x, 2);
  const centre = median(x);
  return moments(Float64Array.from(x, (value) => Math.abs(value - centre)));
}
