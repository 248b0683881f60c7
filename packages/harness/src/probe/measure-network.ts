import type { BlockTaps, TransformerBlock } from '@shaped/attention';
import { deriveSeed } from '@shaped/random';
import type { Architecture } from '@shaped/sde';
import * as tf from '@tensorflow/tfjs-core';
import { Failure } from '../failure.js';
import { activationNormalizer, followsSlices, headSlices, layerSeed } from '../network/index.js';
import { tokenCovariance } from '../metrics/index.js';
import { activationExcess, mixedGram } from './layer-grams.js';
import { normalizedGram } from './normalized-gram.js';

/** Every layer of one network on one window. Matrices are [T, T], float64. */
export interface NetworkMeasurement {
  /** V after each layer, V0 first, [L + 1, T, T]. */
  V: Float64Array;
  /** V between the attention block and the MLP block, [L, T, T]. */
  half: Float64Array;
  /** A V Aᵀ averaged over heads, [L, T, T]; with a pre-norm, of the normalised rows. */
  mixed: Float64Array;
  /** (c φφᵀ − u uᵀ)/n, [L, T, T]. */
  excess: Float64Array;
  /** Gram matrices of the head columns after each layer, [L + 1, H, T, T], where a chain follows them. */
  slices?: Float64Array;
  /** The same between the blocks of a layer, [L, H, T, T]. */
  halfSlices?: Float64Array;
  /** Attention matrices, [L, H, T, T]. */
  scores: Float64Array;
}

/** Draws every weight of a network anew. */
export function reseedNetwork(
  blocks: readonly TransformerBlock[],
  seed: number,
  network: number,
): void {
  const own = deriveSeed(seed, 'network', network);
  blocks.forEach((block, layer) => block.reseed(layerSeed(own, layer)));
}

/**
 * Runs a network on X0 and measures every layer.
 *
 * @param blocks the layers, as `buildBlocks` made them
 * @param X0 [T, D] row-major
 * @throws Failure that names the layer and tensor where a value stops being finite
 */
export function measureNetwork(
  blocks: readonly TransformerBlock[],
  arch: Architecture,
  X0: Float32Array,
): NetworkMeasurement {
  const { tokens, width, heads, depth } = arch;
  const size = tokens * tokens;
  const normalizer = activationNormalizer(arch);
  const measurement: NetworkMeasurement = {
    V: new Float64Array((depth + 1) * size),
    half: new Float64Array(depth * size),
    mixed: new Float64Array(depth * size),
    excess: new Float64Array(depth * size),
    scores: new Float64Array(depth * heads * size),
  };
  if (followsSlices(arch)) {
    measurement.slices = new Float64Array((depth + 1) * heads * size);
    measurement.halfSlices = new Float64Array(depth * heads * size);
    measurement.slices.set(headSlices(X0, arch));
  }
  measurement.V.set(tokenCovariance(X0, tokens, width));
  let input: Float32Array = X0;
  blocks.forEach((block, layer) => {
    const taps = tap(block, input, arch, layer);
    const branchInput =
      arch.block === 'preLN'
        ? normalizedGram(input, arch)
        : measurement.V.subarray(layer * size, (layer + 1) * size);
    const { scores, attentionOutput, preActivation, activation, output } = taps;
    measurement.scores.set(scores, layer * heads * size);
    measurement.mixed.set(mixedGram(scores, branchInput, tokens, heads), layer * size);
    measurement.half.set(tokenCovariance(attentionOutput, tokens, width), layer * size);
    measurement.halfSlices?.set(headSlices(attentionOutput, arch), layer * heads * size);
    measurement.excess.set(
      activationExcess(preActivation, activation, tokens, width, normalizer),
      layer * size,
    );
    measurement.V.set(tokenCovariance(output, tokens, width), (layer + 1) * size);
    measurement.slices?.set(headSlices(output, arch), (layer + 1) * heads * size);
    input = output;
  });
  return measurement;
}

/** In the order they are computed, so that the first that is not finite is named. */
const TAPS = [
  'scores',
  'attentionOutput',
  'preActivation',
  'activation',
  'output',
] as const satisfies (keyof BlockTaps)[];

/** What one block computes from its input, as numbers; no tensor is left, whatever happens. */
function tap(
  block: TransformerBlock,
  input: Float32Array,
  { tokens, width, depth }: Architecture,
  layer: number,
): Record<keyof BlockTaps, Float32Array> {
  const read = {} as Record<keyof BlockTaps, Float32Array>;
  tf.tidy(() => {
    const taps = block.tap(tf.tensor3d(input, [1, tokens, width]));
    for (const name of TAPS) {
      const values = (taps[name] as tf.Tensor).dataSync<'float32'>();
      if (!values.every(Number.isFinite)) {
        throw new Failure(
          `Layer ${layer + 1} of ${depth}: ${name} is not finite. Lower gamma, raise tau0 or check the weights.`,
        );
      }
      read[name] = values;
    }
  });
  return read;
}
