import { setImmediate } from 'node:timers/promises';
import type { TrainConfig } from '../config/schema.js';
import { trainBatch, type Batch, type TrainText } from '../data/index.js';
import { Failure, throwIfInterrupted } from '../failure.js';
import { NonFiniteError } from '../metrics/index.js';
import type { LanguageModel } from '../network/index.js';
import type { Reporter } from '../progress/reporter.js';
import { cadenceOf } from './cadence.js';
import type { Checkpoints, OptimizerState } from './checkpoint/index.js';
import { validationsSinceBest } from './early-stop.js';
import { Evaluation } from './evaluation.js';
import { extremes } from './extremes.js';
import { findNonFinite } from './find-non-finite.js';
import { learningRateAt } from './learning-rate.js';
import type { LayerMeasurement } from './measure-layers.js';
import { namedWeights, readTensors } from './network-weights.js';
import { Trainer } from './trainer.js';
import type { ExtremesStep, TrainStep, UpdateStep, ValidationStep } from './training-record.js';

export interface TrainLoopOptions {
  network: LanguageModel;
  settings: TrainConfig;
  /** The text to train on. */
  text: TrainText;
  /** What the validation loss is taken from. */
  validation: readonly Batch[];
  /** Token ids that the layers are measured on, [windows, T]. */
  probe: Int32Array;
  /** Fixes the order of the batches. */
  seed: number;
  signal?: AbortSignal;
  /** Threads that compute the slices of a batch on wasm. Changes no number. Defaults to 1. */
  threads?: number;
  /**
   * Where a training goes on: after the measurements of this step and before its update, with its
   * weights in the network and the validation losses so far. Defaults to the beginning.
   */
  from?: { step: number; optimizer: OptimizerState; validationLosses: readonly number[] };
  /** Keeps moments of the training. */
  checkpoints?: Pick<Checkpoints, 'offer'>;
  /** Milliseconds, for the pace alone. */
  now: () => number;
  log: TrainLog;
  /** Told what a step waits for, and why it is slower than it could be. */
  reporter?: Pick<Reporter, 'line' | 'warn'>;
}

/** Receives what is measured, in the order of the steps. */
export interface TrainLog {
  train(record: TrainStep, seconds: number): void;
  validation(record: ValidationStep): void;
  layers(step: number, layers: readonly LayerMeasurement[], isLast: boolean): void;
  extremes?(record: ExtremesStep): void;
  update?(record: UpdateStep): void;
}

/** How a training ended. */
export interface TrainOutcome {
  /** Updates made. */
  steps: number;
  /** Whether it ended before `settings.steps`, as the validation loss no longer fell. */
  stoppedEarly: boolean;
}

/**
 * Trains the network for `settings.steps` steps, or until the validation loss has not fallen for
 * `settings.patience` validations.
 *
 * Step s means s updates made. Before the update of a step, when it is due, and after the last one
 * come the validation loss and the metrics of the layers; both only read. The batch is a function
 * of seed and step, and so is the learning rate: with its weights and optimiser a moment that is kept
 * is all that the rest depends on. Afterwards the optimiser is gone and the network has the last
 * weights.
 *
 * @throws Failure when a loss, gradient or activation is not finite, naming step, layer and tensor
 * @throws Failure the interruption, after the step that it came in
 */
export async function trainLoop(options: TrainLoopOptions): Promise<TrainOutcome> {
  const { network, settings, text, validation, probe, seed, signal, now, log } = options;
  const { from, checkpoints } = options;
  const { steps, batch: sequences, patience, metrics } = settings;
  const { metricsEvery, evaluateEvery } = cadenceOf(settings);
  const { threads, reporter } = options;
  const trainer = new Trainer(network, { settings, seed, threads, reporter });
  const evaluation = new Evaluation(network, reporter);
  const validationLosses = [...(from?.validationLosses ?? [])];
  try {
    if (from !== undefined) trainer.restore(from.optimizer);
    for (let step = from?.step ?? 0; ; step++) {
      const isResumed = step === from?.step;
      let validationLoss: number | null = null;

      if (!isResumed && (step === steps || step % evaluateEvery === 0)) {
        const loss = evaluation.loss(validation);
        const perplexity = Math.exp(loss);
        if (!Number.isFinite(perplexity)) throw diverged(network, validation, step, loss);
        log.validation({ step, kind: 'validation', loss, perplexity });
        validationLosses.push(loss);
        validationLoss = loss;
      }

      const stoppedEarly = patience > 0 && validationsSinceBest(validationLosses) >= patience;
      const isLast = stoppedEarly || step === steps;
      const isMeasured = isLast || step % metricsEvery === 0;

      if (!isResumed && isMeasured && metrics.layers) {
        try {
          const layers = await evaluation.layers(probe, step);
          log.layers(step, layers, isLast);
          if (metrics.extremes) log.extremes?.(extremes(network, layers, step));
        } catch (error) {
          if (!(error instanceof NonFiniteError)) throw error;
          throw diverged(network, [{ inputs: probe, targets: probe }], step, NaN);
        }
      }

      if (isLast) {
        // A weight that no batch has met since it overflowed must not reach the disk.
        if (findNonFinite(network, validation[0])) throw diverged(network, validation, step, NaN);
      }
      // Lets a Ctrl-C be heard: the work between two steps never yields by itself.
      await setImmediate();
      if (!isResumed) {
        const broken = checkpoints?.offer({
          ...{ step, validationLoss, isEnd: isLast || signal?.aborted === true },
          learningRate: isLast ? null : learningRateAt(step, settings),
          weights: () => readTensors(namedWeights(network)),
          optimizer: () => trainer.state(),
        });
        if (broken !== undefined) throw diverged(network, validation, step, NaN, broken);
      }
      if (isLast) return { steps: step, stoppedEarly: stoppedEarly && step < steps };
      throwIfInterrupted(signal);

      const start = now();
      const batch = trainBatch({ text, batch: sequences, seed, step });
      const learningRate = learningRateAt(step, settings);
      const withRatios = isMeasured && metrics.updateRatio;
      const { loss, norm, ratios } = trainer.step(batch, learningRate, withRatios);
      if (!Number.isFinite(loss) || !Number.isFinite(norm)) {
        const broken = Number.isFinite(loss) ? 'the norm of the gradient' : undefined;
        throw diverged(network, [batch], step, loss, broken);
      }
      const seconds = (now() - start) / 1000;
      log.train({ step, kind: 'train', loss, learningRate, gradientNorm: norm }, seconds);
      // An update beyond float32 shows in the next loss.
      if (ratios !== undefined && Number.isFinite(ratios.all))
        log.update?.({ step, kind: 'update', ...ratios });
    }
  } finally {
    trainer.dispose();
    evaluation.dispose();
  }
}

/**
 * The failure of a training whose numbers are no longer finite.
 *
 * @param broken what is known not to be, should the network itself hold nothing of the kind
 */
function diverged(
  network: LanguageModel,
  batches: readonly Batch[],
  step: number,
  loss: number,
  broken?: string,
): Failure {
  const advice = 'Lower train.learningRate, raise train.warmup or lower gamma.';
  for (const batch of batches) {
    const place = findNonFinite(network, batch);
    if (place === undefined) continue;
    return new Failure(
      `Training stopped at step ${step}: ${place.layer}: ${place.tensor} is not finite. ${advice}`,
    );
  }
  if (broken !== undefined) {
    return new Failure(`Training stopped at step ${step}: ${broken} is not finite. ${advice}`);
  }
  return new Failure(
    `Training stopped at step ${step}: expected a finite perplexity, got loss ${loss} in readout. ${advice}`,
  );
}
