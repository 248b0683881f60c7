import type { TransformerBlock } from '@shaped/attention';
import * as tf from '@tensorflow/tfjs-core';
import {
  gramMetrics,
  meanMetrics,
  scoresAttention,
  tokenCovariance,
  type GramMetrics,
} from '../metrics/index.js';
import type { LanguageModel } from '../network/index.js';
import { GAINS, type GainName, type LayerStep } from './training-record.js';

/** What is known of one layer at one moment. */
export interface LayerMeasurement {
  record: LayerStep;
  /** The layer's output, [windows, T, D] flat: the residual stream. */
  activations: Float32Array;
}

/** Token ids `[windows, T]` to what the layers are measured by: see `layerTensors`. */
export type LayerForward = (ids: tf.Tensor2D) => tf.Tensor[];

/**
 * The embedded tokens, then the scores `[windows, H, T, T]` and the output `[windows, T, D]` of every
 * block in turn.
 */
export function layerTensors({ embedding, blocks }: LanguageModel, ids: tf.Tensor2D): tf.Tensor[] {
  return tf.tidy(() => {
    const tensors = [embedding.apply(ids) as tf.Tensor];
    for (const block of blocks) {
      const { scores, output } = block.tap(tensors[tensors.length - 1]);
      tensors.push(scores!, output);
    }
    return tensors;
  });
}

/**
 * Every layer of the network on fixed windows, the embedding first: means over the windows of the
 * covariance, correlation and rank metrics, attention entropy and the gains of every head.
 *
 * A forward pass and nothing else: it changes no weight and draws no random number.
 *
 * @param ids token ids, [windows, T] row-major
 * @param forward computes `layerTensors`
 * @throws NonFiniteError when a token or score is NaN or infinite
 */
export async function measureLayers(
  network: LanguageModel,
  ids: Int32Array,
  step: number,
  forward: LayerForward = (windows) => layerTensors(network, windows),
): Promise<LayerMeasurement[]> {
  const { blocks, tokens } = network;
  const windows = tf.tensor2d(ids, [ids.length / tokens, tokens], 'int32');
  const all = forward(windows);
  const [embedded, ...tensors] = all;
  try {
    const measured = [measurementOf({ step, kind: 'layer', layer: 0 }, embedded)];
    for (const [i, block] of blocks.entries()) {
      const [scores, output] = tensors.slice(2 * i, 2 * i + 2);
      const attention = await scoresAttention(block, scores);
      const own = measurementOf(
        { step, kind: 'layer', layer: i + 1, ...gainValues(block) },
        output,
      );
      // A sentence instead of metrics says that the gains have left the softmax unrecoverable.
      if (typeof attention !== 'string') Object.assign(own.record.metrics, attention);
      measured.push(own);
    }
    return measured;
  } finally {
    tf.dispose([windows, ...all]);
  }
}

function measurementOf(record: Omit<LayerStep, 'metrics'>, output: tf.Tensor): LayerMeasurement {
  return toMeasurement(
    record,
    output.dataSync<'float32'>(),
    output.shape as [number, number, number],
  );
}

function toMeasurement(
  record: Omit<LayerStep, 'metrics'>,
  activations: Float32Array,
  [windows, tokens, width]: [number, number, number],
): LayerMeasurement {
  const size = tokens * width;
  const { step, kind, layer, ...gains } = record;
  const each = Array.from({ length: windows }, (_, w): GramMetrics => {
    const X = activations.subarray(w * size, (w + 1) * size);
    return gramMetrics(tokenCovariance(X, tokens, width), tokens);
  });
  return { record: { step, kind, layer, metrics: meanMetrics(each), ...gains }, activations };
}

/** The names of the gains that a block has. */
export function gainsOf(block: TransformerBlock): GainName[] {
  return GAINS.filter((name) => block.weight(name) !== undefined);
}

function gainValues(block: TransformerBlock): Partial<Record<GainName, number[]>> {
  const values = gainsOf(block).map((name) => [
    name,
    Array.from(block.weight(name)!.read().dataSync<'float32'>()),
  ]);
  return Object.fromEntries(values) as Partial<Record<GainName, number[]>>;
}
