import type { TransformerBlock } from '@shaped/attention';
import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import type { Architecture } from '@shaped/sde';
import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import {
  gradientMetricTable,
  type GradientMetricName,
  type GradientMetrics,
} from '../metrics/index.js';

const gradientMetrics = Object.entries(gradientMetricTable) as [
  GradientMetricName,
  (typeof gradientMetricTable)[GradientMetricName],
][];


/**
 * Gradient norms of every layer for the loss `⟨R, X_L⟩/√(T n)` with a fixed random readout R,
 * entries N(0, 1): its gradient at the last layer has norm 1 in expectation, so the numbers of
 * different architectures stand on one scale.
 *
 * @param X0 [T, D] row-major
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
    return blocks.map((block) => {
      const squares: GradientMetrics = {};
      for (const weight of block.trainableWeights) {
        const values = grads[variableOf(weight).name].dataSync<'float32'>();
        const square = values.reduce((sum, g) => sum + g * g, 0);
        for (const [name, { counts }] of gradientMetrics) {
          if (counts(weight.originalName)) squares[name] = (squares[name] ?? 0) + square;
        }
      }
      return Object.fromEntries(
        Object.entries(squares).map(([name, square]) => [name, Math.sqrt(square)]),
      );
    });
  });
}

function variableOf(weight: LayerVariable): tf.Variable {
  return weight.read() as tf.Variable;
}
