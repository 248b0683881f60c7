import * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import { attentionMetrics, type AttentionMetrics } from './attention-metrics.js';
import { softmaxPart } from './softmax-part.js';

/** A layer that shows its attention matrix: those of `@shaped/attention` do. */
export interface TappableLayer extends layers.Layer {
  tap(x: unknown): unknown;
}

/**
 * The attention metrics of a layer on its input, or a sentence saying why there are none.
 *
 * `layer.tap(x)` must give `scores` [B, H, T, T]. When the layer has weights `gamma1` and `gamma2`
 * (one number a head), the scores are those of shaped attention and the softmax is recovered from
 * them; otherwise they are taken as the softmax. `useCausalMask` is read from `getConfig`.
 *
 * @param x input of the layer, [B, T, D]; not disposed
 * @throws NonFiniteError when a score is NaN or infinite
 */
export async function layerAttention(
  layer: TappableLayer,
  x: tf.Tensor,
): Promise<AttentionMetrics | string> {
  const scores = tf.tidy(
    () => (layer.tap(x) as { scores?: tf.TensorContainer } | undefined)?.scores,
  );
  if (!(scores instanceof tf.Tensor)) return 'its tap gives no tensor "scores".';
  try {
    return await scoresAttention(layer, scores);
  } finally {
    scores.dispose();
  }
}

/**
 * The attention metrics of scores that the layer's tap gave; see `layerAttention`.
 *
 * @param scores not disposed
 * @throws NonFiniteError when a score is NaN or infinite
 */
export async function scoresAttention(
  layer: TappableLayer,
  scores: tf.Tensor,
): Promise<AttentionMetrics | string> {
  try {
    const [, heads, tokens, keys] = scores.shape as number[];
    if (scores.rank !== 4 || tokens !== keys) {
      return `its scores [${scores.shape.join(', ')}] are not [batch, heads, tokens, tokens].`;
    }
    const values = await scores.data();
    const config = layer.getConfig();
    const mask = config.useCausalMask === true ? 'causal' : 'full';
    const gamma1 = await gainOf(layer, 'gamma1');
    const gamma2 = await gainOf(layer, 'gamma2');
    if (gamma1 === null && gamma2 === null) return attentionMetrics(values, tokens, tokens, mask);
    const softmaxGain =
      (await gainOf(layer, 'gammaS')) ?? Array<number>(heads).fill(frozen(config));
    const P = softmaxPart(values, {
      tokens,
      gamma1: gamma1 ?? 0,
      gamma2: gamma2 ?? 0,
      softmaxGain,
      mask,
    });
    return attentionMetrics(P, tokens, tokens, mask);
  } catch (error) {
    // The scores of an unknown layer need not be attention; NaN is not forgiven.
    if (error instanceof RangeError) return `its scores are no attention matrix: ${error.message}`;
    throw error;
  }
}

/** The gain on the softmax when it does not train. */
function frozen(config: tf.serialization.ConfigDict): number {
  return typeof config.gammaS === 'number' ? config.gammaS : 1;
}

/** The values of a gain, one a head; `null` when the layer has no such weight. */
async function gainOf(layer: layers.Layer, name: string): Promise<Float32Array | null> {
  const weight = layer.weights.find(({ originalName }) => originalName.split('/').pop() === name);
  return weight === undefined ? null : ((await weight.read().data()) as Float32Array);
}
