import * as tf from '@tensorflow/tfjs-core';
import { currentBackend } from '../backend/index.js';
import { compileStep, usefulParts, type CompiledStep } from '../capture/index.js';
import type { Batch } from '../data/index.js';
import type { LanguageModel } from '../network/index.js';
import { silent, type Reporter } from '../progress/reporter.js';
import { batchLoss, lossOf } from './gradients.js';
import { layerTensors, measureLayers, type LayerMeasurement } from './measure-layers.js';
import { sliceCount } from './slices/slice-count.js';
import { sliceLoss, type MeanLoss } from './slices/slice-gradients.js';

/** Batches of the validation loss: enough that its change over a training exceeds its noise. */
export const VALIDATION_BATCHES = 8;

/**
 * What is measured of a network in training: its validation loss and its layers, whose forward passes
 * are compiled where the backend can. Changes no weight.
 */
export class Evaluation {
  readonly #network: LanguageModel;
  readonly #loss: CompiledStep;
  readonly #layers: CompiledStep;

  /** @param reporter told what a measurement waits for, and why it is slower than it could be */
  constructor(network: LanguageModel, reporter: Pick<Reporter, 'line' | 'warn'> = silent) {
    this.#network = network;
    const variables = network.model.weights.map((weight) => weight.read() as tf.Variable);
    const parts = usefulParts();
    const { tokens, embedding } = network;
    // As the training is, so that the measurement takes no more memory.
    const slicesOf = (sequences: number) =>
      Math.max(parts, sliceCount({ sequences, tokens, width: embedding.width }, currentBackend()));
    const loss: MeanLoss = ([ids, targets]) =>
      batchLoss(network, ids as tf.Tensor2D, targets as tf.Tensor2D);
    this.#loss = compileStep((batch) => [sliceLoss(loss, batch, slicesOf(batch[0].shape[0]))], {
      ...{ variables, parts, reporter, name: 'validation loss' },
    });
    this.#layers = compileStep(([ids]) => layerTensors(network, ids as tf.Tensor2D), {
      ...{ variables, reporter, name: 'measurement of the layers' },
    });
  }

  /** The mean loss over batches, each token counting once, nats. */
  loss(batches: readonly Batch[]): number {
    return lossOf(
      this.#network,
      batches,
      (ids, targets) => this.#loss([ids, targets])[0] as tf.Scalar,
    );
  }

  /**
   * Every layer on fixed windows: see `measureLayers`.
   *
   * @throws NonFiniteError when a token or score is NaN or infinite
   */
  layers(ids: Int32Array, step: number): Promise<LayerMeasurement[]> {
    return measureLayers(this.#network, ids, step, (windows) => this.#layers([windows]));
  }

  dispose(): void {
    this.#loss.dispose();
    this.#layers.dispose();
  }
}
