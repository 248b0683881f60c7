export { ascending } from './ascending.js';
export { bonferroni } from './bonferroni.js';
export { bootstrap, type BootstrapOptions, type BootstrapResult } from './bootstrap.js';
export {
  bootstrapInterval,
  type BootstrapIntervalOptions,
  type BootstrapMethod,
} from './bootstrap-interval.js';
export { brownForsythe } from './brown-forsythe.js';
export type { Sample } from './check-sample.js';
export { chiSquaredCdf, chiSquaredQuantile, chiSquaredSurvival } from './chi-squared.js';
export { correlationOf } from './correlation-of.js';
export { energyDistance } from './energy-distance.js';
export { energyTest, type EnergyTestOptions, type EnergyTestResult } from './energy-test.js';
export { histogram, type Histogram, type HistogramOptions } from './histogram.js';
export { holm } from './holm.js';
export { incompleteBeta } from './incomplete-beta.js';
export { kde, silvermanBandwidth, type Kde, type KdeOptions } from './kde.js';
export { kolmogorovSurvival } from './kolmogorov.js';
export {
  ksDetectable,
  ksTwoSample,
  type KsMethod,
  type KsOptions,
  type KsResult,
} from './ks-two-sample.js';
export { moments, type Moments } from './moments.js';
export {
  normalCdf,
  normalDensity,
  normalQuantile,
  normalSurvival,
  normalTwoSided,
} from './normal.js';
export { offDiagonalMean } from './off-diagonal-mean.js';
export { proportion, type Proportion } from './proportion.js';
export { median, quantile, quantiles } from './quantile.js';
export { quantileInterval, type QuantileInterval } from './quantile-interval.js';
export { rankUniformity, type RankUniformity } from './rank-uniformity.js';
export { stratifiedMeanDifference, type Stratum } from './stratified-mean-difference.js';
export { studentCdf, studentQuantile, studentTwoSided } from './student-t.js';
export { tTest } from './t-test.js';
export { testResult, type TestResult } from './test-result.js';
export { varianceTest } from './variance-test.js';
export { welchTest } from './welch-test.js';
export { zTest } from './z-test.js';
