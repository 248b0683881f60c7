import type { MetricName, MetricValue } from '../metrics/index.js';
import type { UpdateRatios } from './update-ratios.js';

/**
 * One line of `train/metrics.jsonl`. Its step is the number of updates made so far, so that all
 * lines of one step speak of the same weights. No line holds a time: the file is the same bytes for
 * the same seed and backend.
 */
export type TrainingRecord =
  TrainStep | ValidationStep | LayerStep | DepartureStep | ExtremesStep | UpdateStep;

/** The batch of a step, measured before its update. */
export interface TrainStep {
  step: number;
  kind: 'train';
  /** Mean cross-entropy of the tokens to be told, nats. */
  loss: number;
  /** Of the update that follows. */
  learningRate: number;
  /** Frobenius norm of the gradient of all weights, before clipping. */
  gradientNorm: number;
}

/** The fixed validation batches. */
export interface ValidationStep {
  step: number;
  kind: 'validation';
  /** Mean cross-entropy of the tokens to be told, nats. */
  loss: number;
  /** exp(loss). */
  perplexity: number;
}

/** The gains of shaped attention: of the identity, and of the centring. */
export const GAINS = ['gamma1', 'gamma2'] as const;
export type GainName = (typeof GAINS)[number];

/**
 * One layer on the fixed probe windows, with the gains of each head where the block has them; layer 0
 * is the embedding.
 */
export interface LayerStep extends Partial<Record<GainName, number[]>> {
  step: number;
  kind: 'layer';
  layer: number;
  /** Means over the windows; the attention metrics are absent at layer 0. */
  metrics: Partial<Record<MetricName, MetricValue>>;
}

/** A layer that has left the band of initialisation for the first time. */
export interface DepartureStep {
  step: number;
  kind: 'departure';
  layer: number;
  metric: MetricName;
  value: number;
  /** The 5 % and 95 % quantiles at initialisation. */
  low: number;
  high: number;
}

/** The largest numbers, in absolute value, on the fixed probe windows. */
export interface ExtremesStep {
  step: number;
  kind: 'extremes';
  logit: number;
  /** Of the residual stream after every layer; layer 0 is the embedding. */
  activation: number[];
}

/** ‖Δw‖/‖w‖ of the update of this step. */
export interface UpdateStep extends UpdateRatios {
  step: number;
  kind: 'update';
}

/** One line of `train/timing.jsonl`: what differs from one run to the next. */
export interface TimingRecord {
  step: number;
  /** Of the update alone, without validation and metrics. */
  seconds: number;
  tokensPerSecond: number;
  /** Since the training began, without the time between a stop and its going on, in seconds. */
  elapsed: number;
  /** Bytes of all tensors, and of the process in physical memory; when it was due. */
  tensorBytes?: number;
  residentBytes?: number;
}
