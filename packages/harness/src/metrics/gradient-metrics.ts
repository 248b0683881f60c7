import { NonFiniteError } from './non-finite-error.js';
import type { MetricText } from './metric-definition.js';

interface GradientMetric extends MetricText {
  /** Whether a weight of this name (within its layer, such as `query/kernel`) counts. */
  readonly counts: (weight: string) => boolean;
}

const shared = {
  normalisation: 'none: ℓ is the loss of the probe (a mean over its sequences), no regulariser',
  unit: 'loss per unit of weight',
  range: [0, null],
} as const;

/** Metrics of the gradient of the loss with respect to a layer's trainable weights. */
export const gradientMetricTable = {
  gradientNorm: {
    ...shared,
    title: 'gradient norm',
    formula: '‖∂ℓ/∂θ‖_F, θ all trainable weights of the layer',
    axis: 'all entries of all trainable weights of one layer',
    description: 'Steady with depth when signals flow back; vanishes or explodes otherwise.',
    counts: () => true,
  },
  queryGradientNorm: {
    ...shared,
    title: 'query gradient norm',
    formula: '‖∂ℓ/∂W_Q‖_F',
    axis: 'all entries of the query weights (names with a part "query") of one layer',
    description:
      'Vanishes under rank collapse, where the loss no longer depends on who attends to whom.',
    counts: (weight) => /(^|\/)query(\/|$)/.test(weight),
  },
  keyGradientNorm: {
    ...shared,
    title: 'key gradient norm',
    formula: '‖∂ℓ/∂W_K‖_F',
    axis: 'all entries of the key weights (names with a part "key") of one layer',
    description:
      'Vanishes under rank collapse, where the loss no longer depends on who attends to whom.',
    counts: (weight) => /(^|\/)key(\/|$)/.test(weight),
  },
} as const satisfies Record<string, GradientMetric>;

export type GradientMetricName = keyof typeof gradientMetricTable;
/** A metric is absent for a layer that has no such weight. */
export type GradientMetrics = Partial<Record<GradientMetricName, number>>;

/** The gradient with respect to one weight. */
export interface WeightGradient {
  /** Name of the weight, such as `block_3/query/kernel`. */
  name: string;
  /** Its entries; `null` when the loss does not depend on the weight. */
  gradient: ArrayLike<number> | null;
}

const entries = Object.entries(gradientMetricTable) as [GradientMetricName, GradientMetric][];

/**
 * The gradient metrics of a layer from the gradients of its weights, summed in float64.
 *
 * @throws NonFiniteError when an entry is NaN or infinite, naming the weight
 */
export function gradientMetrics(weights: Iterable<WeightGradient>): GradientMetrics {
  const squares: GradientMetrics = {};
  for (const { name: weight, gradient } of weights) {
    let square = 0;
    for (let i = 0; i < (gradient?.length ?? 0); i++) square += gradient![i] ** 2;
    if (!Number.isFinite(square)) {
      throw new NonFiniteError(
        `gradientMetrics: expected a finite gradient, got ${square} for the squared norm of "${weight}". Lower the learning rate or gamma.`,
        0,
        square,
      );
    }
    for (const [name, metric] of entries) {
      if (metric.counts(weight)) squares[name] = (squares[name] ?? 0) + square;
    }
  }
  return Object.fromEntries(
    Object.entries(squares).map(([name, square]) => [name, Math.sqrt(square)]),
  );
}
