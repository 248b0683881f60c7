/** Mean off-diagonal ρ beyond which the tokens of a network count as one: its rank has collapsed. */
export const COLLAPSED = 0.99;

/** What a healthy network is; the keys are those of the `advise` section of a configuration. */
export interface Goal {
  /** Largest accepted probability of a collapse, a blow-up or a vanishing. */
  level: number;
  /** Confidence of every bound. */
  confidence: number;
  /** Largest accepted median of the mean ρ between tokens at the last layer. */
  rho: number;
}
