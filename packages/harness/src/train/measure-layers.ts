import type { TransformerBlock } from '@shaped/attention';
import * as tf from '@tensorflow/tfjs-core';
import {
  gramMetrics,
  layerAttention,
  meanMetrics,
  tokenCovariance,
  type GramMetrics,
} from '../metrics/index.js';
import type { LanguageModel } from '../network/index.js';
import type { LayerStep } from './training-record.js';

/** What is known of one layer at one moment. */
export interface LayerMeasurement {
  record: LayerStep;
  /** The layer's output, [windows, T, D] flat: the residual stream. */
  activations: Float32Array;
}

/**
 * Every layer of the network on fixed windows, the embedding first: means over the windows of the
 * covariance, correlation and rank metrics, attention entropy and the gains of every head.
 *
 * A forward pass and nothing else: it changes no weight and draws no random number.
 *
 * @param ids token ids, [windows, T] row-major
 * @throws NonFiniteError when a token or score is NaN or infinite
 */
export async function measureLayers(
  { embedding, blocks, tokens }: LanguageModel,
  ids: Int32Array,
  step: number,
): Promise<LayerMeasurement[]> {
  const windows = tf.tensor2d(ids, [ids.length / tokens, tokens], 'int32');
  let x = tf.tidy(() => embedding.apply(windows) as tf.Tensor3D);
  windows.dispose();
  const measured: LayerMeasurement[] = [
    toMeasurement({ step, kind: 'layer', layer: 0 }, x.dataSync<'float32'>(), x.shape),
  ];
  try {
    for (const [i, block] of blocks.entries()) {
      const attention = await layerAttention(block, x);
      const next = tf.tidy(() => block.apply(x) as tf.Tensor3D);
      x.dispose();
      x = next;
      const own = toMeasurement(
        { step, kind: 'layer', layer: i + 1, ...gainsOf(block) },
        x.dataSync<'float32'>(),
        x.shape,
      );
      // A sentence instead of metrics says that the gains have left the softmax unrecoverable.
      if (typeof attention !== 'string') Object.assign(own.record.metrics, attention);
      measured.push(own);
    }
  } finally {
    x.dispose();
  }
  return measured;
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

function gainsOf(block: TransformerBlock): Pick<LayerStep, 'gamma1' | 'gamma2'> {
  const gains = ['gamma1', 'gamma2'].flatMap((name) => {
    const weight = block.weight(name);
    return weight === undefined ? [] : [[name, Array.from(weight.read().dataSync<'float32'>())]];
  });
  return Object.fromEntries(gains) as Pick<LayerStep, 'gamma1' | 'gamma2'>;
}
