import type { GramSummary } from './gram-summary.js';
import type { MetricText, MetricValue } from './metric-definition.js';

/** A metric of the covariance matrix: its text and, beside it, the code that the text describes. */
export interface GramMetric extends MetricText {
  readonly of: (gram: GramSummary) => MetricValue;
}

/** What every metric over pairs of tokens says about its axis. */
export const PAIR_AXIS = 'pairs of tokens a < b of one sequence';
/** What every metric over tokens says about its axis. */
export const TOKEN_AXIS = 'tokens of one sequence';
/** What every metric of the spectrum says about its axis. */
export const SPECTRUM_AXIS = 'singular values σ₁ ≥ … ≥ σ_T of one sequence’s token matrix';
