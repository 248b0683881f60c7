import type { BlockTaps, TransformerBlock } from '@shaped/attention';
import { deriveSeed } from '@shaped/random';
import type { Architecture } from '@shaped/sde';
import * as tf from '@tensorflow/tfjs-core';
import { Failure } from '../failure.js';
import { activationNormalizer, followsSlices, headSlices, layerSeed } from '../network/index.js';
import { tokenCovariance } from '../metrics/index.js';
import { activationExcess, mixedGram } from './layer-grams.js';

/** Every layer of one network on one window. Matrices are [T, T], float64. */
export interface NetworkMeasurement {
  /** V after each layer, V0 first, [L + 1, T, T]. */
  V: Float64Array;
  /** V between the attention block and the MLP block, [L, T, T]. */
  half: Float64Array;
  /** A V Aᵀ averaged over heads, [L, T, T]; with rms pre-norm, of the normalised rows. */
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

/** V with rows and columns scaled to a unit diagonal; zero rows stay zero. */
function normalizedGram(V: Float64Array, tokens: number): Float64Array {
  return V.map((value, at) => {
    const scale = V[Math.floor(at / tokens) * (tokens + 1)] * V[(at % tokens) * (tokens + 1)];
    return scale > 0 ? value / Math.sqrt(scale) : 0;
  });
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
  let V = tokenCovariance(X0, tokens, width);
  measurement.V.set(V);
  let X = tf.tensor3d(X0, [1, tokens, width]);
  blocks.forEach((block, layer) => {
    const taps = tf.tidy(() => block.tap(X));
    const read = (name: keyof BlockTaps) => {
      const values = (taps[name] as tf.Tensor).dataSync<'float32'>();
      if (!values.every(Number.isFinite)) {
        throw new Failure(
          `Layer ${layer + 1} of ${depth}: ${name} is not finite. Lower gamma, raise tau0 or check the weights.`,
        );
      }
      return values;
    };
    const scores = read('scores');
    const branchInput = arch.block === 'preLN' ? normalizedGram(V, tokens) : V;
    measurement.scores.set(scores, layer * heads * size);
    measurement.mixed.set(mixedGram(scores, branchInput, tokens, heads), layer * size);
    const between = read('attentionOutput');
    measurement.half.set(tokenCovariance(between, tokens, width), layer * size);
    measurement.halfSlices?.set(headSlices(between, arch), layer * heads * size);
    measurement.excess.set(
      activationExcess(read('preActivation'), read('activation'), tokens, width, normalizer),
      layer * size,
    );
    const after = read('output');
    V = tokenCovariance(after, tokens, width);
    measurement.V.set(V, (layer + 1) * size);
    measurement.slices?.set(headSlices(after, arch), (layer + 1) * heads * size);
    const { output, ...rest } = taps;
    tf.dispose([X, ...Object.values<tf.Tensor>(rest)]);
    X = output as tf.Tensor3D;
  });
  X.dispose();
  return measurement;
}
