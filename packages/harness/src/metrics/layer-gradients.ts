import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, LayerVariable } from '@tensorflow/tfjs-layers';
import { functionalModel } from './functional-model.js';
import { gradientMetrics, type GradientMetrics } from './gradient-metrics.js';
import type { Skipped } from './skipped.js';

type Layer = LayersModel['layers'][number];

/** The loss of a batch from labels and predictions; anything but a scalar is averaged. */
export type ProbeLoss = (labels: tf.Tensor, predictions: tf.Tensor) => tf.Tensor;

export interface LayerGradientsOptions {
  /** The probe batch, as `model.predict` takes it. */
  probe: tf.Tensor | tf.Tensor[];
  /** Its labels, one tensor for each output of the model. */
  labels: tf.Tensor | tf.Tensor[];
  /** The loss of one output. Defaults to the losses the model was compiled with. */
  loss?: ProbeLoss;
}

export interface LayerGradients {
  /** Gradient metrics of the layers with trainable weights. */
  metrics: Map<Layer, GradientMetrics>;
  skipped: Skipped[];
}

/**
 * Gradient norms of every layer of a model on a probe batch, summed in float64.
 *
 * `ℓ = Σ over outputs of mean(loss(labels, prediction))`, in inference mode (no dropout) and without
 * regularisers. No weight and no state of the model changes; a weight that the loss does not reach
 * counts as gradient 0. A layer with an embedding is skipped on a backend without the kernel of
 * its gradient.
 *
 * @throws Error when the model has no loss and none is given
 * @throws NonFiniteError when a gradient is NaN or infinite, naming its weight
 */
export async function layerGradients(
  measured: LayersModel,
  options: LayerGradientsOptions,
): Promise<LayerGradients> {
  const model = functionalModel(measured);
  const losses = lossesOf(model, options.loss);
  const skipped: Skipped[] = [];
  const layers: Layer[] = [];
  for (const [index, layer] of model.layers.entries()) {
    if (layer.trainableWeights.length === 0) continue;
    const reason = missingKernel(layer);
    if (reason === null) layers.push(layer);
    else skipped.push({ layer: layer.name, index, part: 'gradient', reason });
  }
  const metrics = new Map<Layer, GradientMetrics>();
  if (layers.length === 0) return { metrics, skipped };

  const variables = layers.flatMap((layer) => layer.trainableWeights.map(variableOf));
  const labels = [options.labels].flat();
  const gradients = tf.tidy(() => {
    const loss = () => {
      const predictions = [model.predictOnBatch(options.probe)].flat();
      const parts = predictions.map((y, i) => tf.mean(losses[i](labels[i], y)));
      return tf.reshape<tf.Rank.R0>(tf.addN(parts), []);
    };
    return tf.variableGrads(loss, [...new Set(variables)]).grads;
  });
  try {
    for (const layer of layers) metrics.set(layer, await metricsOf(layer, gradients));
  } finally {
    tf.dispose(gradients);
  }
  return { metrics, skipped };
}

function variableOf(weight: LayerVariable): tf.Variable {
  return weight.read() as tf.Variable;
}

function lossesOf(model: LayersModel, loss: ProbeLoss | undefined): ProbeLoss[] {
  if (loss !== undefined) return model.outputs.map(() => loss);
  if (model.lossFunctions === undefined) {
    throw new Error(
      'layerGradients: expected a compiled model or a loss, got neither. Give `loss`, or call model.compile first.',
    );
  }
  return model.lossFunctions;
}

/** Why the gradient of a layer cannot be computed on the current backend, or null. */
function missingKernel(layer: Layer): string | null {
  const backend = tf.getBackend();
  const kernel = 'UnsortedSegmentSum';
  if (!hasEmbedding(layer) || tf.getKernel(kernel, backend) != null) return null;
  return `the gradient of an embedding needs the kernel ${kernel}, which backend '${backend}' lacks. Register one, or use another backend.`;
}

function hasEmbedding(layer: Layer): boolean {
  if (layer.getClassName() === 'Embedding') return true;
  const { layers: inner } = layer as Partial<LayersModel>;
  return inner?.some(hasEmbedding) ?? false;
}

/** The metrics of one layer; those without a weight in the layer are left out. */
async function metricsOf(layer: Layer, gradients: tf.NamedTensorMap): Promise<GradientMetrics> {
  const weights = layer.trainableWeights.map(async (weight) => {
    const gradient = gradients[variableOf(weight).name] as tf.Tensor | undefined;
    return { name: weight.originalName, gradient: (await gradient?.data()) ?? null };
  });
  return gradientMetrics(await Promise.all(weights));
}
