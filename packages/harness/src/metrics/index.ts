export {
  attentionMetrics,
  type AttentionMask,
  type AttentionMetricName,
  type AttentionMetrics,
} from './attention-metrics.js';
export {
  gradientMetrics,
  gradientMetricTable,
  type GradientMetricName,
  type GradientMetrics,
  type WeightGradient,
} from './gradient-metrics.js';
export {
  gramMetricNames,
  gramMetrics,
  type GramMetricName,
  type GramMetrics,
} from './gram-metrics.js';
export { layerAttention, scoresAttention, type TappableLayer } from './layer-attention.js';
export {
  layerGradients,
  type LayerGradients,
  type LayerGradientsOptions,
  type ProbeLoss,
} from './layer-gradients.js';
export { meanMetrics } from './mean-metrics.js';
export type { MetricDefinition, MetricValue } from './metric-definition.js';
export { assertFinite, NonFiniteError } from './non-finite-error.js';
export {
  PropagationMetrics,
  type PropagationMetricsOptions,
  type PropagationRecord,
} from './propagation-metrics.js';
export { isMetricName, metricDefinition, METRICS, type MetricName } from './registry.js';
export type { Skipped } from './skipped.js';
export { softmaxPart, type SoftmaxPartOptions } from './softmax-part.js';
export { symmetricEigenvalues } from './symmetric-eigenvalues.js';
export { tokenCorrelation } from './token-correlation.js';
export { tokenCovariance } from './token-covariance.js';
