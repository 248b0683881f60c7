import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { TrainConfig } from '../config/schema.js';
import { trainBatch, type Batch } from '../data/index.js';
import { Failure, throwIfInterrupted } from '../failure.js';
import { NonFiniteError } from '../metrics/index.js';
import type { LanguageModel } from '../network/index.js';
import { findNonFinite } from './find-non-finite.js';
import { clipped, gradientsOf, lossOf } from './gradients.js';
import { learningRateAt } from './learning-rate.js';
import { measureLayers, type LayerMeasurement } from './measure-layers.js';
import type { TrainStep, ValidationStep } from './training-record.js';

/** Adam as Kingma and Ba (2015) give it. */
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * The largest gradient norm of an update. In a healthy training the norm stays below 1 and nothing
 * is clipped; a spike, which would fill Adam's moments for hundreds of steps, is.
 */
export const GRADIENT_LIMIT = 1;

export interface TrainLoopOptions {
  network: LanguageModel;
  settings: TrainConfig;
  /** The text to train on. */
  tokens: Int32Array;
  /** What the validation loss is taken from. */
  validation: readonly Batch[];
  /** Token ids that the layers are measured on, [windows, T]. */
  probe: Int32Array;
  /** Fixes the order of the batches. */
  seed: number;
  signal?: AbortSignal;
  /** Milliseconds, for the pace alone. */
  now: () => number;
  log: TrainLog;
}

/** Receives what is measured, in the order of the steps. */
export interface TrainLog {
  train(record: TrainStep, seconds: number): void;
  validation(record: ValidationStep): void;
  layers(step: number, layers: readonly LayerMeasurement[]): void;
}

/**
 * Trains the network for `settings.steps` steps of Adam.
 *
 * Step s means s updates made. Before the update of a step, when it is due, and after the last one
 * come the validation loss and the metrics of the layers; both only read. The batch is a function
 * of seed and step. Afterwards the optimiser is gone and the network has the last weights.
 *
 * @throws Failure when a loss, gradient or activation is not finite, naming step, layer and tensor
 * @throws Failure the interruption, after the step that it came in
 */
export async function trainLoop(options: TrainLoopOptions): Promise<void> {
  const { network, settings, tokens, validation, probe, seed, signal, now, log } = options;
  const { steps, batch: sequences, metricsEvery, evaluateEvery } = settings;
  const length = network.tokens;
  const optimizer = tf.train.adam(settings.learningRate, BETA1, BETA2, EPSILON);
  try {
    for (let step = 0; ; step++) {
      const isLast = step === steps;

      if (isLast || step % evaluateEvery === 0) {
        const loss = lossOf(network, validation);
        const perplexity = Math.exp(loss);
        if (!Number.isFinite(perplexity)) throw diverged(network, validation, step, loss);
        log.validation({ step, kind: 'validation', loss, perplexity });
      }

      if (isLast || step % metricsEvery === 0) {
        try {
          log.layers(step, await measureLayers(network, probe, step));
        } catch (error) {
          if (!(error instanceof NonFiniteError)) throw error;
          throw diverged(network, [{ inputs: probe, targets: probe }], step, NaN);
        }
      }

      if (isLast) {
        // A weight that no batch has met since it overflowed must not reach the disk.
        if (findNonFinite(network, validation[0])) throw diverged(network, validation, step, NaN);
        break;
      }
      // Lets a Ctrl-C be heard: the work between two steps never yields by itself.
      await setImmediate();
      throwIfInterrupted(signal);

      const start = now();
      const batch = trainBatch({ tokens, batch: sequences, length, seed, step });
      const gradients = gradientsOf(network, batch);
      const { loss, norm } = gradients;
      if (!Number.isFinite(loss) || !Number.isFinite(norm)) {
        tf.dispose(gradients.tensors);
        throw diverged(network, [batch], step, loss);
      }
      const learningRate = learningRateAt(step, settings);
      setLearningRate(optimizer, learningRate);
      const update = clipped(gradients, GRADIENT_LIMIT);
      // Typed for variables; it reads tensors.
      optimizer.applyGradients(update as Parameters<typeof optimizer.applyGradients>[0]);
      tf.dispose(update);
      const seconds = (now() - start) / 1000;
      log.train({ step, kind: 'train', loss, learningRate, gradientNorm: norm }, seconds);
    }
  } finally {
    optimizer.dispose();
  }
}

/** tfjs offers no setter; the optimiser reads its field at every update. */
function setLearningRate(optimizer: tf.AdamOptimizer, learningRate: number): void {
  (optimizer as unknown as { learningRate: number }).learningRate = learningRate;
}

/** The failure of a training whose numbers are no longer finite. */
function diverged(
  network: LanguageModel,
  batches: readonly Batch[],
  step: number,
  loss: number,
): Failure {
  const advice = 'Lower train.learningRate, raise train.warmup or lower gamma.';
  for (const batch of batches) {
    const place = findNonFinite(network, batch);
    if (place === undefined) continue;
    return new Failure(
      `Training stopped at step ${step}: ${place.layer}: ${place.tensor} is not finite. ${advice}`,
    );
  }
  return new Failure(
    `Training stopped at step ${step}: expected a finite perplexity, got loss ${loss} in readout. ${advice}`,
  );
}
