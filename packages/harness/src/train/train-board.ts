import { join } from 'node:path';
import { metricDefinition, type MetricName } from '../metrics/index.js';
import { TensorBoardWriter, type ChartCategory, type TagOptions } from '../tensorboard/index.js';
import type { Band } from '../predict/index.js';
import type { LayerMeasurement } from './measure-layers.js';
import { WATCHED_METRIC } from './departures.js';
import {
  GAINS,
  type GainName,
  type ExtremesStep,
  type LayerStep,
  type TimingRecord,
  type TrainStep,
  type UpdateStep,
  type ValidationStep,
} from './training-record.js';

/** Metrics with curves; the rest is in `train/metrics.jsonl`. */
const CHARTED: MetricName[] = [
  'correlationMean',
  'logNormMean',
  'effectiveRank',
  'stableRank',
  'attentionEntropyNormalized',
];

/** About this many layers have curves against the training step. */
const CHARTED_LAYERS = 7;

/** Tags of the loss chart. */
const LOSSES = ['train/loss', 'validation/loss', 'validation/unigramLoss'] as const;

const metricTag = (metric: string, layer: number) =>
  `${metric}/layer_${String(layer).padStart(3, '0')}`;

const bandTags = (layer: number) => ({
  lower: metricTag('band/q05', layer),
  upper: metricTag('band/q95', layer),
});

const gainTag = (gain: string, layer: number, head: number) =>
  `${metricTag(gain, layer)}/head_${head}`;

export interface TrainBoardOptions {
  depth: number;
  heads: number;
  /** The gains that every head has. */
  gains: readonly GainName[];
  unigramLoss: number;
  /** Of ρ at initialisation, by layer. */
  bands: ReadonlyMap<number, Band>;
}

function valueOf({ metrics }: LayerStep, metric: MetricName): number | null {
  return metrics[metric] ?? null;
}

function describe(metric: MetricName, step: string): TagOptions {
  const { title, formula, axis } = metricDefinition(metric);
  return {
    displayName: title,
    description: `\`${formula}\`, ${axis}; mean over the probe windows; step = ${step}.`,
  };
}

/** Depth 0 to `depth` in about `CHARTED_LAYERS` even steps, both ends among them. */
function chartedLayers(depth: number): number[] {
  const parts = Math.min(depth, CHARTED_LAYERS - 1);
  return Array.from({ length: parts + 1 }, (_, i) => Math.round((i * depth) / parts));
}

/**
 * The event files of a training.
 *
 * `tensorboard/train` has the curves against the training step: losses, pace, and every charted
 * metric of a few layers, one chart a metric on the custom scalars page, and ρ inside its band at
 * initialisation; the gains of every head; distributions of the residual stream and of the gains. Its sub-folders `step_<n>` are runs of their own, for the first
 * and the last step, with the profile over depth (step = layer) under the tags of the probe.
 */
export class TrainBoard {
  readonly #writer: TensorBoardWriter;
  readonly #folder: string;
  readonly #charted: number[];
  readonly #heads: number;
  readonly #gains: readonly GainName[];
  readonly #unigramLoss: number;
  readonly #bands: ReadonlyMap<number, Band>;

  constructor(folder: string, { depth, heads, gains, unigramLoss, bands }: TrainBoardOptions) {
    this.#folder = folder;
    this.#writer = new TensorBoardWriter(folder);
    this.#charted = chartedLayers(depth);
    this.#heads = heads;
    this.#gains = gains;
    this.#unigramLoss = unigramLoss;
    this.#bands = bands;
    this.#writer.layout(this.#layout());
  }

  text(tag: string, markdown: string, step: number): void {
    this.#writer.text(tag, markdown, step);
  }

  train({ step, loss, learningRate, gradientNorm }: TrainStep, pace: TimingRecord): void {
    this.#scalar('train/loss', loss, step);
    this.#scalar('train/learningRate', learningRate, step);
    this.#scalar('train/gradientNorm', gradientNorm, step);
    this.#scalar('pace/tokensPerSecond', pace.tokensPerSecond, step);
    const { tensorBytes, residentBytes } = pace;
    if (tensorBytes !== undefined) this.#scalar('memory/tensorBytes', tensorBytes, step);
    if (residentBytes !== undefined) this.#scalar('memory/residentBytes', residentBytes, step);
  }

  update({ step, all, layers, head }: UpdateStep): void {
    this.#scalar('updateRatio/all', all, step);
    this.#scalar('updateRatio/head', head, step);
    for (const layer of this.#charted) {
      this.#scalar(metricTag('updateRatio', layer), layers[layer], step);
    }
  }

  extremes({ step, logit, activation }: ExtremesStep): void {
    this.#scalar('extremes/logit', logit, step);
    this.#scalar('extremes/activation', Math.max(...activation), step);
    for (const layer of this.#charted) {
      this.#scalar(metricTag('extremes/activation', layer), activation[layer], step);
    }
  }

  validation({ step, loss, perplexity }: ValidationStep): void {
    this.#scalar('validation/loss', loss, step);
    this.#scalar('validation/perplexity', perplexity, step);
    this.#scalar('validation/unigramLoss', this.#unigramLoss, step);
  }

  layers(step: number, layers: readonly LayerMeasurement[], isLast: boolean): void {
    for (const layer of this.#charted) {
      const { record, activations } = layers[layer];
      for (const metric of CHARTED) {
        const value = valueOf(record, metric);
        if (value === null) continue;
        this.#writer.scalar(
          metricTag(metric, layer),
          value,
          step,
          describe(metric, 'updates made'),
        );
      }
      this.#writer.histogram(metricTag('activations', layer), activations, step);
      this.#band(layer, step);
      for (const gain of GAINS) {
        record[gain]?.forEach((value, head) =>
          this.#scalar(gainTag(gain, layer, head), value, step),
        );
      }
    }
    for (const gain of GAINS) {
      const values = layers.flatMap(({ record }) => record[gain] ?? []);
      if (values.length > 0) this.#writer.histogram(`gains/${gain}`, values, step);
    }
    if (step === 0 || isLast) this.#profile(step, layers);
    this.#writer.flush();
  }

  /** Brings the curves so far to the disk. */
  sync(): void {
    this.#writer.sync();
  }

  /** A second call does nothing. */
  close(): void {
    this.#writer.close();
  }

  #profile(step: number, layers: readonly LayerMeasurement[]): void {
    const writer = new TensorBoardWriter(
      join(this.#folder, `step_${String(step).padStart(6, '0')}`),
    );
    try {
      for (const metric of CHARTED) {
        for (const { record } of layers) {
          const value = valueOf(record, metric);
          if (value === null) continue;
          writer.scalar(`depth/${metric}`, value, record.layer, describe(metric, 'layer'));
        }
      }
    } finally {
      writer.close();
    }
  }

  /** The band again at every step: TensorBoard draws it only where it has a value beside ρ's. */
  #band(layer: number, step: number): void {
    const band = this.#bands.get(layer);
    if (band === undefined) return;
    const { lower, upper } = bandTags(layer);
    this.#scalar(lower, band.q05, step);
    this.#scalar(upper, band.q95, step);
  }

  /** A number beyond float32, which a curve cannot hold, is left to the JSON Lines. */
  #scalar(tag: string, value: number, step: number): void {
    if (Number.isFinite(Math.fround(value))) this.#writer.scalar(tag, value, step);
  }

  #layout(): ChartCategory[] {
    const charts = CHARTED.map((metric) => ({
      title: metricDefinition(metric).title,
      tags: this.#charted.map((layer) => metricTag(metric, layer)),
    }));
    const banded = this.#charted.filter((layer) => this.#bands.has(layer));
    const gains = this.#gains.flatMap((gain) =>
      this.#charted.slice(1).map((layer) => ({
        title: `${gain}, layer ${layer}`,
        tags: Array.from({ length: this.#heads }, (_, head) => gainTag(gain, layer, head)),
      })),
    );
    const bands = {
      title: 'Correlation in the 5–95 % band of initialisation',
      charts: banded.map((layer) => ({
        title: `mean token correlation, layer ${layer}`,
        series: [{ value: metricTag(WATCHED_METRIC, layer), ...bandTags(layer) }],
      })),
    };
    return [
      { title: 'Loss', charts: [{ title: 'loss, nats', tags: LOSSES }] },
      { title: 'Layers during training', charts },
      ...(banded.length > 0 ? [bands] : []),
      ...(gains.length > 0 ? [{ title: 'Gains of every head', charts: gains, closed: true }] : []),
    ];
  }
}
