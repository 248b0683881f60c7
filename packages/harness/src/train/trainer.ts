import * as tf from '@tensorflow/tfjs-core';
import { compileStep, type CompiledStep } from '../capture/index.js';
import type { Batch } from '../data/index.js';
import type { LanguageModel } from '../network/index.js';
import { silent, type Reporter } from '../progress/reporter.js';
import { adamScale, adamUpdate } from './adam.js';
import type { OptimizerState } from './checkpoint/index.js';
import { batchLoss, trainedVariables } from './gradients.js';
import { assignTensors, namedWeights, readTensors } from './network-weights.js';

/**
 * The largest gradient norm of an update. In a healthy training the norm stays below 1 and nothing
 * is clipped; a spike, which would fill Adam's moments for hundreds of steps, is.
 */
export const GRADIENT_LIMIT = 1;

/** What the gradients are multiplied with so that their norm is at most the limit. */
export function clipFactor(norm: tf.Scalar): tf.Scalar {
  return tf.div(GRADIENT_LIMIT, tf.maximum(norm, GRADIENT_LIMIT));
}

/** What is known of a step. */
export interface StepResult {
  /** Mean cross-entropy of the next token before the update, nats. */
  loss: number;
  /** Frobenius norm of the gradient of all weights, before clipping. */
  norm: number;
}

/**
 * Trains the weights of a network with Adam and clipped gradients, one batch a step.
 *
 * Loss, gradients, clipping and update are one function of tensors, which `compileStep` makes one
 * call where the backend can.
 */
export class Trainer {
  readonly #network: LanguageModel;
  readonly #weights: tf.Variable[];
  readonly #moments: tf.Variable[];
  readonly #step: CompiledStep;
  #updates = 0;

  /**
   * @param reporter told what a step waits for, and why it is slower than it could be
   * @param compile makes the step fast; replaced in tests
   */
  constructor(
    network: LanguageModel,
    reporter: Pick<Reporter, 'line' | 'warn'> = silent,
    compile = compileStep,
  ) {
    this.#network = network;
    this.#weights = trainedVariables(network);
    this.#moments = [...this.#weights, ...this.#weights].map((weight) =>
      tf.tidy(() => tf.variable(tf.zeros(weight.shape), false)),
    );
    this.#step = compile((inputs) => this.#run(inputs), {
      variables: [...this.#weights, ...this.#moments],
      reporter,
    });
  }

  /**
   * Makes one update, unless the loss or the gradient is not finite: then nothing changes.
   */
  step({ inputs, targets }: Batch, learningRate: number): StepResult {
    const { tokens } = this.#network;
    const shape: [number, number] = [inputs.length / tokens, tokens];
    const { rate, epsilon } = adamScale(this.#updates, learningRate);
    return tf.tidy(() => {
      const [measured, ...updated] = this.#step([
        tf.tensor2d(inputs, shape, 'int32'),
        tf.tensor2d(targets, shape, 'int32'),
        tf.scalar(rate),
        tf.scalar(epsilon),
      ]);
      const [loss, norm] = measured.dataSync<'float32'>();
      if (Number.isFinite(loss) && Number.isFinite(norm)) {
        [...this.#weights, ...this.#moments].forEach((variable, i) => variable.assign(updated[i]));
        this.#updates++;
      }
      return { loss, norm };
    });
  }

  /** All that the optimiser carries from one update to the next; the weights are the network's. */
  state(): OptimizerState {
    return { updates: this.#updates, tensors: readTensors(this.#namedMoments()) };
  }

  /**
   * Goes on from a state: the next update is the one that would have followed it.
   *
   * @throws Failure when it is not that of this network and optimiser
   */
  restore({ updates, tensors }: OptimizerState): void {
    assignTensors(this.#namedMoments(), tensors);
    this.#updates = updates;
  }

  #namedMoments(): [string, tf.Variable][] {
    const names = new Map(namedWeights(this.#network).map(([name, weight]) => [weight, name]));
    const count = this.#weights.length;
    return this.#moments.map((moment, i) => [
      `${i < count ? 'first' : 'second'}_moment/${names.get(this.#weights[i % count])}`,
      moment,
    ]);
  }

  dispose(): void {
    this.#step.dispose();
    tf.dispose(this.#moments);
  }

  /** Loss and gradient norm `[2]`, then every weight, first and second moment after the update. */
  #run([ids, targets, rate, epsilon]: tf.Tensor[]): tf.Tensor[] {
    const weights = this.#weights;
    const { value, grads } = tf.variableGrads(
      () => batchLoss(this.#network, ids as tf.Tensor2D, targets as tf.Tensor2D),
      weights,
    );
    const gradients = weights.map(({ name }) => grads[name]);
    const norm: tf.Scalar = tf.sqrt(
      tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))),
    );
    const factor = clipFactor(norm);
    const updates = gradients.map((gradient, i) =>
      adamUpdate(
        {
          weight: weights[i],
          first: this.#moments[i],
          second: this.#moments[weights.length + i],
        },
        tf.mul(gradient, factor),
        rate as tf.Scalar,
        epsilon as tf.Scalar,
      ),
    );
    return [
      tf.stack([value, norm]),
      ...updates.map(({ weight }) => weight),
      ...updates.map(({ first }) => first),
      ...updates.map(({ second }) => second),
    ];
  }
}
