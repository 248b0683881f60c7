import {
  mean as meanOf,
  sampleKurtosis,
  sampleSkewness,
  sampleVariance,
  sumNthPowerDeviations,
} from 'simple-statistics';
import { checkSample, type Sample } from './check-sample.js';

/** Sample moments with their standard errors. */
export interface Moments {
  count: number;
  mean: number;
  /** Unbiased, with n − 1. */
  variance: number;
  standardDeviation: number;
  /** Standard error of the mean, `s / √n`. */
  standardError: number;
  /** Standard error of the variance, without an assumption of normality. */
  varianceStandardError: number;
  /** Adjusted Fisher–Pearson coefficient; absent for n < 3 or a constant sample. */
  skewness?: number;
  /** Unbiased-form excess kurtosis, 0 for the normal law; absent for n < 4 or a constant sample. */
  kurtosis?: number;
}

/**
 * Mean, variance, skewness and excess kurtosis of a sample, with the standard errors of the first
 * two.
 *
 * `se(mean) = s/√n`, `se(s²) = √((m₄ − s⁴ (n − 3)/(n − 1)) / n)` with m₄ the mean fourth power of
 * the deviations: the exact variance of s² with sample moments put in. Both hold for independent
 * draws; m₄ needs light enough tails (a finite eighth moment) to be stable.
 *
 * @throws RangeError for fewer than two values, or a value that is not finite
 */
export function moments(x: Sample): Moments {
  checkSample('moments', 'x', x, 2);
  // The library is typed for plain arrays but reads entries and the length only.
  const values = x as number[];
  const n = values.length;
  const mean = meanOf(values);
  const variance = sampleVariance(values);
  const fourth = sumNthPowerDeviations(values, 4) / n;
  const result: Moments = {
    count: n,
    mean,
    variance,
    standardDeviation: Math.sqrt(variance),
    standardError: Math.sqrt(variance / n),
    varianceStandardError: Math.sqrt((fourth - (variance * variance * (n - 3)) / (n - 1)) / n),
  };
  if (isConstant(x)) {
    return {
      ...result,
      mean: x[0],
      variance: 0,
      standardDeviation: 0,
      standardError: 0,
      varianceStandardError: 0,
    };
  }
  if (n > 2) result.skewness = sampleSkewness(values);
  if (n > 3) result.kurtosis = sampleKurtosis(values);
  return result;
}

function isConstant(x: Sample): boolean {
  for (let i = 1; i < x.length; i++) if (x[i] !== x[0]) return false;
  return true;
}
