import type { TransformerBlock } from '@shaped/attention';
import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import type { Architecture } from '@shaped/sde';
import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import { Failure } from '../failure.js';
import { gradientMetrics, NonFiniteError, type GradientMetrics } from '../metrics/index.js';

/**
 * Gradient norms of every layer for the loss `⟨R, X_L⟩/√(T n)` with a fixed random readout R,
 * entries N(0, 1): its gradient at the last layer has norm 1 in expectation, so the numbers of
 * different architectures stand on one scale.
 *
 * @param X0 [T, D] row-major
 * @throws Failure that names the layer and weight where a gradient is not finite
 */
export function measureGradients(
  blocks: readonly TransformerBlock[],
  { tokens, width }: Architecture,
  X0: Float32Array,
  seed: number,
): GradientMetrics[] {
  const R = new Stream(foldIn(keyFromSeed(seed), 'readout')).fillNormal32(
    new Float32Array(tokens * width),
    1 / Math.sqrt(tokens * width),
  );
  return tf.tidy(() => {
    const X = tf.tensor3d(X0, [1, tokens, width]);
    const readout = tf.tensor3d(R, [1, tokens, width]);
    const variables = blocks.flatMap((block) => block.trainableWeights.map(variableOf));
    const { grads } = tf.variableGrads(() => {
      const output = blocks.reduce<tf.Tensor>((x, block) => block.apply(x) as tf.Tensor, X);
      return tf.sum(tf.mul(output, readout));
    }, variables);
    return blocks.map((block, layer) => {
      const own = block.trainableWeights.map((weight) => ({
        name: weight.originalName,
        gradient: grads[variableOf(weight).name].dataSync<'float32'>(),
      }));
      try {
        return gradientMetrics(own);
      } catch (cause) {
        if (!(cause instanceof NonFiniteError)) throw cause;
        throw new Failure(`Layer ${layer + 1} of ${blocks.length}: ${cause.message}`, undefined, {
          cause,
        });
      }
    });
  });
}

function variableOf(weight: LayerVariable): tf.Variable {
  return weight.read() as tf.Variable;
}
