/** Something that happened to one path and that its numbers alone would hide. */
export interface EnsembleEvent {
  /** Absolute path index. */
  readonly path: number;
  /**
   * `nonFinite`: the next step overflowed, and the path stopped at its last finite V. `leftCone`:
   * the step left the positive semidefinite cone and was projected back onto it.
   */
  readonly kind: 'nonFinite' | 'leftCone';
  /** Time of the first such step. */
  readonly time: number;
  /** Number of such steps on this path. */
  readonly count: number;
}

/** Covariance paths of an ensemble at recorded times. */
export interface Ensemble {
  readonly tokens: number;
  readonly paths: number;
  /** Absolute index of path 0 of this ensemble. */
  readonly firstPath: number;
  /** Recorded times, in units where one layer is 1/n, `[records]`. */
  readonly times: Float64Array;
  /** Covariances, `[paths, records, m, m]`. */
  readonly V: Float64Array;
  /**
   * Time at which each path left |V| ≤ r, or overflowed; +Infinity if it did neither, `[paths]`. A
   * stopped path keeps its last V.
   */
  readonly stoppedAt: Float64Array;
  /** By ascending path. */
  readonly events: readonly EnsembleEvent[];
}
