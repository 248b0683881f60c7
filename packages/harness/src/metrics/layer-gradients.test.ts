import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { layerGradients } from './layer-gradients.js';
import { NonFiniteError } from './non-finite-error.js';
import { BACKENDS, useBackend } from './testing/backends.js';
import { randomTokens } from './testing/random-tokens.js';

const [ROWS, WIDTH] = [7, 4];
/** Float32 forward and backward passes over a handful of terms. */
const FLOAT32 = 1e-5;

/** ℓ = mean (x w + b − t)²: its gradient in closed form, in float64. */
function closedForm(x: Float64Array, t: Float64Array, w: number[], b: number) {
  const kernel = new Array<number>(WIDTH).fill(0);
  let bias = 0;
  for (let r = 0; r < ROWS; r++) {
    let residual = b - t[r];
    for (let i = 0; i < WIDTH; i++) residual += x[r * WIDTH + i] * w[i];
    bias += (2 * residual) / ROWS;
    for (let i = 0; i < WIDTH; i++) kernel[i] += (2 * residual * x[r * WIDTH + i]) / ROWS;
  }
  return Math.hypot(...kernel, bias);
}

function embeddingModel(): tfl.Sequential {
  const model = tfl.sequential({
    layers: [
      tfl.layers.embedding({ inputDim: 5, outputDim: 3, inputLength: 2, name: 'embed' }),
      tfl.layers.flatten(),
      tfl.layers.dense({ units: 1, name: 'head' }),
    ],
  });
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  return model;
}

describe.each(BACKENDS)('layerGradients on %s', (backend) => {
  beforeAll(() => useBackend(backend));
  afterEach(() => tf.disposeVariables());

  it('is the closed form for a linear model, and leaves its weights', async () => {
    const [x, t, w, b] = [
      randomTokens(ROWS, WIDTH, 1),
      randomTokens(ROWS, 1, 2),
      [1, -2, 0.5, 3],
      0.25,
    ];
    const layer = tfl.layers.dense({ units: 1, inputShape: [WIDTH], name: 'linear' });
    const model = tfl.sequential({ layers: [layer] });
    layer.setWeights([tf.tensor2d(w, [WIDTH, 1]), tf.tensor1d([b])]);
    const [probe, labels] = [
      tf.tensor2d(Float32Array.from(x), [ROWS, WIDTH]),
      tf.tensor2d(Float32Array.from(t), [ROWS, 1]),
    ];
    const loss = (y: tf.Tensor, p: tf.Tensor) => tf.squaredDifference(y, p);
    const { metrics, skipped } = await layerGradients(model, { probe, labels, loss });
    const expected = closedForm(x, t, w, b);
    expect(metrics.get(layer)).toEqual({ gradientNorm: expect.any(Number) as number });
    expect(Math.abs(metrics.get(layer)!.gradientNorm! / expected - 1)).toBeLessThan(FLOAT32);
    expect(skipped).toEqual([]);
    expect([...(await layer.getWeights()[0].data())]).toEqual(w);

    // The loss that the model was compiled with is the default.
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const compiled = await layerGradients(model, { probe, labels });
    expect(compiled.metrics.get(layer)!.gradientNorm).toBeCloseTo(expected, 4);
    tf.dispose([probe, labels]);
  });

  it('measures embeddings where the kernel exists and says so where it does not', async () => {
    const probe = tf.tensor2d([0, 1, 2, 3], [2, 2]);
    const labels = tf.tensor2d([1, -1], [2, 1]);
    const model = embeddingModel();
    const embed = model.getLayer('embed');
    const present = await layerGradients(model, { probe, labels });
    expect(present.metrics.get(embed)!.gradientNorm).toBeGreaterThan(0);
    expect(present.skipped).toEqual([]);

    const kernel = tf.getKernel('UnsortedSegmentSum', backend);
    tf.unregisterKernel('UnsortedSegmentSum', backend);
    try {
      const absent = await layerGradients(model, { probe, labels });
      expect(absent.metrics.has(embed)).toBe(false);
      expect(absent.metrics.get(model.getLayer('head'))).toEqual(
        present.metrics.get(model.getLayer('head')),
      );
      expect(absent.skipped).toHaveLength(1);
      expect(absent.skipped[0]).toMatchObject({ layer: 'embed', index: 1, part: 'gradient' });
      expect(absent.skipped[0].reason).toMatch(
        `UnsortedSegmentSum, which backend '${backend}' lacks`,
      );
    } finally {
      tf.registerKernel(kernel);
    }
    tf.dispose([probe, labels]);
  });

  it('counts a weight that the loss does not reach as gradient 0', async () => {
    const input = tfl.input({ shape: [2] });
    const [left, right] = ['left', 'right'].map((name) => tfl.layers.dense({ units: 1, name }));
    const outputs = [left, right].map((layer) => layer.apply(input) as tfl.SymbolicTensor);
    const model = tfl.model({ inputs: input, outputs });
    const probe = tf.ones([3, 2]);
    const labels = [tf.zeros([3, 1]), tf.zeros([3, 1])];
    let call = 0;
    const loss = (_: tf.Tensor, p: tf.Tensor) => (call++ === 0 ? tf.add(p, 1) : tf.zeros([1]));
    const { metrics } = await layerGradients(model, { probe, labels, loss });
    expect(metrics.get(left)!.gradientNorm).toBeCloseTo(Math.sqrt(3), 6);
    expect(metrics.get(right)!.gradientNorm).toBe(0);
    tf.dispose([probe, ...labels]);
  });

  it('refuses a gradient that is not finite, and a model without a loss', async () => {
    const layer = tfl.layers.dense({ units: 1, inputShape: [2], name: 'linear' });
    const model = tfl.sequential({ layers: [layer] });
    const [probe, labels] = [tf.ones([1, 2]), tf.fill([1, 1], Infinity)];
    await expect(layerGradients(model, { probe, labels })).rejects.toThrow(
      'or a loss, got neither',
    );
    const loss = (y: tf.Tensor, p: tf.Tensor) => tf.squaredDifference(y, p);
    const failing = layerGradients(model, { probe, labels, loss });
    await expect(failing).rejects.toThrow(NonFiniteError);
    await expect(failing).rejects.toThrow('"linear/kernel"');
    tf.dispose([probe, labels]);
  });
});
