import type { EnsembleEvent } from '../ensemble/ensemble.js';
import type { Proportion } from '../statistics/proportion.js';
import type { Statistic } from './covariance-statistics.js';
import type { DistributionSummary } from './distribution-summary.js';

/** What `summarize` is asked for. */
export interface SummarizeOptions<Name extends string = string> {
  /** Numbers to read off every recorded V, by name; NaN and ±∞ count as undefined. */
  statistics: Record<Name, Statistic>;
  /** Values of one law up to which its quantiles are exact; beyond, a sketch. Defaults to 16384. */
  exactUpTo?: number;
  /** α of the sketch: its order statistics are within α, relatively. Defaults to 0.001. */
  relativeAccuracy?: number;
}

/** How often something happened. */
export interface EventCount {
  /** Number of paths on which it happened at least once. */
  readonly paths: number;
  /** Number of steps at which it happened, over all paths. */
  readonly steps: number;
}

/**
 * The laws of an ensemble, of the stopped process: a stopped path counts with its last V at every
 * later record.
 */
export interface EnsembleSummary<Name extends string = string> {
  readonly tokens: number;
  readonly paths: number;
  /** Absolute index of the first path. */
  readonly firstPath: number;
  /** Recorded times, `[records]`. */
  readonly times: Float64Array;
  /** The law of every statistic at every record, `[records]` each. */
  readonly statistics: Readonly<Record<Name, readonly DistributionSummary[]>>;
  /** Share of paths that stopped at any time. */
  readonly stopped: Proportion;
  /** Share of paths that had stopped by each record, `[records]`. */
  readonly stoppedBy: readonly Proportion[];
  /** The law of the stopping times of the paths that stopped. */
  readonly stoppingTimes: DistributionSummary;
  readonly events: Readonly<Record<EnsembleEvent['kind'], EventCount>>;
  /** Numbers held at the end: it grows with records and statistics, not with paths. */
  readonly storedNumbers: number;
}
