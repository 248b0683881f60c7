/**
 * What is known of a law after its values have passed by. Numbers that the values do not determine
 * (the mean of none, the variance of one) are absent, never NaN.
 */
export interface DistributionSummary {
  /** Number of defined values: those that were finite. */
  readonly count: number;
  /** Number of values that were NaN or infinite, and are in nothing else here. */
  readonly undefinedCount: number;
  readonly mean?: number;
  /** Unbiased, with n − 1. */
  readonly variance?: number;
  /** Standard error of the mean, √(variance/count), for independent values. */
  readonly standardError?: number;
  /** Exact. */
  readonly min?: number;
  /** Exact. */
  readonly max?: number;
  /** Whether quantiles come from all values rather than from a sketch. */
  readonly exact: boolean;
  /**
   * α, where a sketch keeps every order statistic within α of itself, relatively; 0 when exact. See
   * `quantileError` for the bound on a quantile.
   */
  readonly relativeError: number;
  /**
   * The p-quantile, interpolated between order statistics at rank `(count − 1) p` as `quantile` does.
   *
   * @throws RangeError for p outside [0, 1], or when no value is defined
   */
  quantile(this: void, p: number): number;
  /**
   * A bound on how far `quantile(p)` is from the quantile of all values, in the values' units:
   * `α/(1 − α)` times the interpolated absolute values; 0 when exact. Not a sampling error.
   */
  quantileError(this: void, p: number): number;
}
