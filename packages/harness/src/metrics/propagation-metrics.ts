import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { functionalModel } from './functional-model.js';
import { gramMetrics } from './gram-metrics.js';
import { layerAttention } from './layer-attention.js';
import { layerGradients, type ProbeLoss } from './layer-gradients.js';
import { meanMetrics } from './mean-metrics.js';
import type { MetricValue } from './metric-definition.js';
import { NonFiniteError } from './non-finite-error.js';
import type { MetricName } from './registry.js';
import type { Skipped } from './skipped.js';
import { hasTap, planTaps, type LayerTap, type TapPlan } from './tap-plan.js';
import { tokenCorrelation } from './token-correlation.js';
import { tokenCovariance } from './token-covariance.js';

export interface PropagationMetricsOptions {
  /** The fixed batch that every measurement runs, as `model.predict` takes it. Stays yours. */
  probe: tf.Tensor | tf.Tensor[];
  /** Labels of the probe, one tensor for each output. With them gradient norms are measured. */
  labels?: tf.Tensor | tf.Tensor[];
  /** Loss of the probe. Defaults to the losses the model was compiled with. */
  loss?: ProbeLoss;
  /** Measure at the end of every so many epochs; 0 for never. Defaults to 1. */
  everyEpochs?: number;
  /** Measure after every so many batches; 0 for never. Defaults to 0. */
  everyBatches?: number;
  /** Measure before the first batch. Defaults to true. */
  atStart?: boolean;
  /** Names of the layers to measure. Defaults to all. */
  layers?: readonly string[];
  /**
   * Turns an output into tokens [batch, tokens, width], or `null` to skip the layer. Defaults to
   * taking outputs of rank 3 as they are.
   */
  toTokens?: (output: tf.Tensor, layer: string) => tf.Tensor | null;
  /** Keep the covariance and correlation matrices of the probe's first sequence. Default false. */
  matrices?: boolean;
  /** Receives each record as it is made; training waits for it. */
  onRecord?: (record: PropagationRecord) => void | Promise<void>;
}

/** The metrics of one layer at one moment; plain JSON. */
export interface PropagationRecord {
  /** Batches trained so far, over all calls of `fit`. */
  step: number;
  epoch: number;
  /** Index of the last batch within the epoch; `null` before the first. */
  batch: number | null;
  layer: string;
  /** Place of the layer in `model.layers`; a Sequential counts its input layer as 0. */
  index: number;
  /** Means over the probe's sequences; metrics that do not apply to the layer are absent. */
  metrics: Partial<Record<MetricName, MetricValue>>;
  matrices?: { covariance: number[][]; correlation: (number | null)[][] };
}

/**
 * A callback for `model.fit` that measures how a fixed probe batch propagates through the layers of
 * any LayersModel.
 *
 * At its cadence it runs the probe through a model that shares the weights and gives every layer's
 * output: covariance, correlation and rank metrics of outputs [batch, tokens, width], attention
 * entropy of layers with `tap`, gradient norms when labels are given. It runs in inference mode and
 * changes no bit of the training: no weight, no state, no random number. Padding tokens count as
 * tokens. What it cannot measure stands in `skipped`, with the reason.
 *
 * @example
 * const metrics = new PropagationMetrics({ probe, onRecord: (r) => console.log(r) });
 * await model.fit(x, y, { epochs: 3, callbacks: metrics });
 */
export class PropagationMetrics extends tfl.Callback {
  /** Every record so far, oldest first. */
  readonly history: PropagationRecord[] = [];
  /** What the last measurement left out. */
  skipped: Skipped[] = [];

  readonly #options: PropagationMetricsOptions;
  #plan: (TapPlan & { model: tfl.LayersModel; tapped: tfl.LayersModel | null }) | null = null;
  #step = 0;
  #epoch = 0;
  #batch: number | null = null;
  #measuredStep = -1;

  /** @throws RangeError when a cadence is not a whole number of at least 0 */
  constructor(options: PropagationMetricsOptions) {
    super();
    for (const name of ['everyEpochs', 'everyBatches'] as const) {
      const every = options[name] ?? 0;
      if (!Number.isInteger(every) || every < 0) {
        throw new RangeError(
          `PropagationMetrics: expected ${name} to be a whole number of at least 0, got ${every}. Use 0 for never.`,
        );
      }
    }
    this.#options = options;
  }

  override async onTrainBegin(): Promise<void> {
    this.#batch = null;
    if (this.#options.atStart ?? true) await this.#measureNow();
  }

  override onEpochBegin(epoch: number): Promise<void> {
    this.#epoch = epoch;
    return Promise.resolve();
  }

  override async onBatchEnd(batch: number): Promise<void> {
    this.#step++;
    this.#batch = batch;
    const { everyBatches = 0 } = this.#options;
    if (everyBatches > 0 && this.#step % everyBatches === 0) await this.#measureNow();
  }

  override async onEpochEnd(epoch: number): Promise<void> {
    const { everyEpochs = 1 } = this.#options;
    const due = everyEpochs > 0 && (epoch + 1) % everyEpochs === 0;
    if (due && this.#measuredStep !== this.#step) await this.#measureNow();
  }

  /**
   * The records of a model as it is now, without training: what the callback does at its cadence.
   * They are not kept and not handed to `onRecord`.
   *
   * @throws NonFiniteError when a token, score or gradient is NaN or infinite, naming the layer
   * @throws Error when the probe was disposed, or the model cannot be measured
   */
  async measure(
    measured: tfl.LayersModel,
    moment: { step: number; epoch: number; batch: number | null } = {
      step: 0,
      epoch: 0,
      batch: null,
    },
  ): Promise<PropagationRecord[]> {
    const model = functionalModel(measured);
    const plan = this.#planOf(model);
    const records = new Map<number, PropagationRecord>();
    const recordOf = ({ layer, index }: Pick<LayerTap, 'layer' | 'index'>) => {
      const record = records.get(index) ?? { ...moment, layer: layer.name, index, metrics: {} };
      records.set(index, record);
      return record;
    };
    this.skipped = [...plan.skipped];
    await this.#measureTaps(plan, recordOf);
    const { probe, labels, loss } = this.#options;
    if (labels !== undefined) {
      const gradients = await layerGradients(model, { probe, labels, loss });
      for (const [layer, metrics] of gradients.metrics) {
        const index = model.layers.indexOf(layer);
        if (this.#options.layers?.includes(layer.name) ?? true) {
          Object.assign(recordOf({ layer, index }).metrics, metrics);
        }
      }
      this.skipped.push(...gradients.skipped);
    }
    return [...records.values()].sort((a, b) => a.index - b.index);
  }

  async #measureNow(): Promise<void> {
    const moment = { step: this.#step, epoch: this.#epoch, batch: this.#batch };
    this.#measuredStep = this.#step;
    for (const record of await this.measure(this.model, moment)) {
      this.history.push(record);
      await this.#options.onRecord?.(record);
    }
  }

  /** The taps of a model, planned once. */
  #planOf(model: tfl.LayersModel) {
    for (const tensor of [this.#options.probe, this.#options.labels ?? []].flat()) {
      if (!tensor.isDisposed) continue;
      throw new Error(
        'PropagationMetrics: expected a live probe, got a disposed tensor. Keep probe and labels until training ends.',
      );
    }
    if (this.#plan?.model === model) return this.#plan;
    const { layers, toTokens } = this.#options;
    const plan = planTaps(model, { layers, anyRank: toTokens !== undefined });
    // A block's output may be the next block's input: each tensor once, as tfjs-layers wants it.
    const outputs = new Set<tfl.SymbolicTensor>();
    for (const { tokens, attentionInput } of plan.taps) {
      if (tokens) outputs.add(tokens);
      if (attentionInput) outputs.add(attentionInput);
    }
    // Shares layers and weights; never disposed, since it owns no tensor.
    const tapped =
      outputs.size === 0
        ? null
        : tfl.model({ inputs: model.inputs, outputs: [...outputs], name: `${model.name}_tapped` });
    this.#plan = { ...plan, model, tapped };
    return this.#plan;
  }

  async #measureTaps(
    { taps, tapped }: { taps: LayerTap[]; tapped: tfl.LayersModel | null },
    recordOf: (tap: LayerTap) => PropagationRecord,
  ): Promise<void> {
    if (tapped === null) return;
    const outputs = tf.tidy(() => [tapped.predictOnBatch(this.#options.probe)].flat());
    const valueOf = new Map(tapped.outputs.map((symbol, i) => [symbol, outputs[i]]));
    try {
      for (const tap of taps) {
        const { tokens, attentionInput } = tap;
        try {
          if (tokens) await this.#measureTokens(tap, valueOf.get(tokens)!, recordOf);
          if (attentionInput) {
            await this.#measureAttention(tap, valueOf.get(attentionInput)!, recordOf);
          }
        } catch (error) {
          throw located(error, tap);
        }
      }
    } finally {
      tf.dispose(outputs);
    }
  }

  async #measureTokens(
    tap: LayerTap,
    output: tf.Tensor,
    recordOf: (tap: LayerTap) => PropagationRecord,
  ): Promise<void> {
    const { toTokens, matrices = false } = this.#options;
    const tokens = tf.tidy(() => (toTokens ? toTokens(output, tap.layer.name) : output)?.clone());
    if (tokens === undefined) return this.#skip(tap, 'toTokens gave null for it.');
    try {
      const [sequences, m, width] = tokens.shape;
      if (tokens.rank !== 3 || m < 2) {
        const shape = `[${tokens.shape.join(', ')}]`;
        return this.#skip(tap, `its output ${shape} is not [batch, at least 2 tokens, width].`);
      }
      const values = await tokens.data();
      const covariances = Array.from({ length: sequences }, (_, b) =>
        tokenCovariance(values.subarray(b * m * width, (b + 1) * m * width), m, width),
      );
      const record = recordOf(tap);
      Object.assign(record.metrics, meanMetrics(covariances.map((V) => gramMetrics(V, m))));
      if (matrices) {
        const [V] = covariances;
        const covariance = Array.from({ length: m }, (_, a) => [...V.subarray(a * m, a * m + m)]);
        record.matrices = { covariance, correlation: tokenCorrelation(V, m) };
      }
    } finally {
      tokens.dispose();
    }
  }

  async #measureAttention(
    tap: LayerTap,
    input: tf.Tensor,
    recordOf: (tap: LayerTap) => PropagationRecord,
  ): Promise<void> {
    const { layer, index } = tap;
    if (!hasTap(layer)) return;
    const metrics = await layerAttention(layer, input);
    if (typeof metrics === 'string') {
      this.skipped.push({ layer: layer.name, index, part: 'attention', reason: metrics });
    } else {
      Object.assign(recordOf(tap).metrics, metrics);
    }
  }

  #skip({ layer, index }: LayerTap, reason: string): void {
    this.skipped.push({ layer: layer.name, index, part: 'tokens', reason });
  }
}

/** The error with the layer it was met in. */
function located(error: unknown, { layer, index }: LayerTap): unknown {
  if (!(error instanceof NonFiniteError)) return error;
  const message = `PropagationMetrics: layer "${layer.name}" (${index}): ${error.message}`;
  return new NonFiniteError(message, error.position, error.value);
}
