/**
 * What a metric is, in words: the command line, TensorBoard and the report take every label,
 * formula and unit from here, so that a metric is explained once.
 */
export interface MetricText {
  /** A short human name for a chart's title. */
  readonly title: string;
  /** The formula in the letters of `docs/notation.md`. */
  readonly formula: string;
  /** What the values of one formula run over, and how they are reduced to one number. */
  readonly axis: string;
  /** What the number is divided by, or "none". */
  readonly normalisation: string;
  /** The unit, or "1" for a pure number. */
  readonly unit: string;
  /** What it tells, how to read its ends, and when it is undefined (`null`). */
  readonly description: string;
  /** The smallest and the largest possible value; `null` where unbounded. */
  readonly range: readonly [number | null, number | null];
}

/** A metric's text together with its name, the one word used in code, logs and documents. */
export interface MetricDefinition<Name extends string = string> extends MetricText {
  readonly name: Name;
  /** What it is computed from: V, the attention probabilities, or the gradient of a loss. */
  readonly source: 'covariance' | 'attention' | 'gradient';
}

/** A value of a metric; `null` means undefined (a ratio 0/0), never "not a number". */
export type MetricValue = number | null;
