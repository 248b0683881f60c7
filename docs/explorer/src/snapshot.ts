import type { Proportion } from '@shaped/sde';

/** Probabilities of a band's lines, in order. */
export const BAND = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

/**
 * Quantiles of a law at every recorded time: one array a probability of {@link BAND}, NaN where no
 * path has a value.
 */
export type Band = readonly Float64Array[];

/** What some first paths of a simulation show; plain data, as it passes between threads. */
export interface Snapshot {
  /** Paths that it was made from. */
  paths: number;
  /** Recorded times, from 0 to T. */
  times: Float64Array;
  /** The mean correlation between two tokens. */
  rho: Band;
  /** The mean over the tokens of log V_aa. */
  logVariance: Band;
  /** Share of the paths that had left |V| ≤ r by each time, `[records]`. */
  blownUpBy: Float64Array;
  /** Share of the paths that had not, and whose mean ρ is above 0.99, `[records]`. */
  collapsedAt: Float64Array;
  /** The same at T, with their errors. */
  blownUp: Proportion;
  collapsed: Proportion;
  /** Mean ρ of the first few paths, until each blew up. */
  examples: Float64Array[];
  /** Share of the paths that a solver step took out of the cone of covariances. */
  projected: number;
  /** Share of the paths without a mean ρ at T, as a token has no norm left. */
  undefinedShare: number;
}
