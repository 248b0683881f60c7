import { checkCount, type Sample } from './check-sample.js';
import { testResult, type TestResult } from './test-result.js';

/** Location and spread of ranks against the uniform law. */
export interface RankUniformity {
  /** `mean(r)/R − 1/2`: positive when the observations lie above their references. */
  mean: TestResult;
  /** `mean((r − R/2)²)/(R (R + 2)/12) − 1`: positive when they spread wider than the references. */
  dispersion: TestResult;
}

/**
 * Tests that ranks are uniform on {0 … R}: each the rank of one observation among R references of
 * its own (a discrete probability integral transform).
 *
 * With N = R + 1 the exact variances are `σ² = (N² − 1)/12` and
 * `var((r − R/2)²) = (N² − 1)(N² − 4)/180`; both z scores need some 20 ranks to be near normal.
 * Break ties at random before, or the ranks are not uniform even for equal laws.
 *
 * @param ranks independent integers in {0 … R}
 * @param R number of references, at least 2
 * @throws RangeError for no ranks, a rank outside {0 … R}, or R < 2
 */
export function rankUniformity(ranks: Sample, R: number): RankUniformity {
  checkCount('rankUniformity', 'R', R, 2);
  const n = ranks.length;
  checkCount('rankUniformity', 'the number of ranks', n);
  let [sum, squares] = [0, 0];
  for (let i = 0; i < n; i++) {
    const rank = ranks[i];
    if (!Number.isInteger(rank) || rank < 0 || rank > R) {
      throw new RangeError(
        `rankUniformity: expected integers in [0, ${R}], got ${rank} at ranks[${i}]. Count the references below the observation.`,
      );
    }
    const centred = rank - R / 2;
    sum += centred;
    squares += centred * centred;
  }
  const N = R + 1;
  const variance = (N * N - 1) / 12;
  const squareVariance = ((N * N - 1) * (N * N - 4)) / 180;
  return {
    mean: testResult('rankUniformity', sum / n / R, Math.sqrt(variance / n) / R),
    dispersion: testResult(
      'rankUniformity',
      squares / n / variance - 1,
      Math.sqrt(squareVariance / n) / variance,
    ),
  };
}
