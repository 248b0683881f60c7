import * as tf from '@tensorflow/tfjs-core';
import { currentBackend } from '../backend/index.js';
import { compileStep, usefulParts, type CompiledStep } from '../capture/index.js';
import { countTargets, type Batch } from '../data/index.js';
import type { LanguageModel } from '../network/index.js';
import {
  clipFactor,
  decayOf,
  isDecayed,
  updateRuleOf,
  type OptimizerSettings,
  type UpdateRule,
} from '../optimizer/index.js';
import { silent, type Reporter } from '../progress/reporter.js';
import type { OptimizerState } from './checkpoint/index.js';
import { batchLoss } from './gradients.js';
import { assignTensors, readTensors } from './network-weights.js';
import { sequenceTensors } from './slices/sequence-tensors.js';
import { sliceCount } from './slices/slice-count.js';
import { sliceGradients } from './slices/slice-gradients.js';
import { SlicedGradients } from './slices/sliced-gradients.js';
import { updateRatios, updateSquares, type UpdateRatios } from './update-ratios.js';

/** What a training does to its gradients; `TrainConfig` holds it. */
export interface TrainerSettings extends OptimizerSettings {
  /** The largest gradient norm of an update; 0 for no limit. */
  clip: number;
  /** Parts that a batch is computed in; divides its number of sequences. */
  accumulate: number;
  /** The probability that dropout drops a number. */
  dropout: number;
}

export interface TrainerOptions {
  settings: TrainerSettings;
  /** Fixes the dropout masks. Defaults to 0. */
  seed?: number;
  /** Threads that compute the slices of a batch on wasm. Changes no number. Defaults to 1. */
  threads?: number;
  /**
   * Slices of what the gradient is taken of at once on wasm. Defaults to `sliceCount`; another number
   * is for tests.
   */
  slices?: number;
  /** Told what a step waits for, and why it is slower than it could be. */
  reporter?: Pick<Reporter, 'line' | 'warn'>;
  /** Makes the step fast; replaced in tests. */
  compile?: typeof compileStep;
}

/** What is known of a step. */
export interface StepResult {
  /** Mean cross-entropy of the tokens to be told before the update, nats. */
  loss: number;
  /** Frobenius norm of the gradient of all weights, before clipping. */
  norm: number;
  /** How far the update moved the weights, where it was asked for. */
  ratios?: UpdateRatios;
}

/**
 * Trains the weights of a network, one batch a step.
 *
 * Loss, gradients, clipping and update are one function of tensors, which `compileStep` makes one
 * call where the backend can. Of a batch in parts each part is such a call, and the update another.
 * On wasm the gradient of a large batch is the sum over slices that threads compute
 * (`SlicedGradients`).
 * All that a training remembers beside the weights of the network is in `state`: what the optimiser
 * keeps, and the number of updates, from which learning rate, batch and dropout masks follow.
 */
export class Trainer {
  readonly #network: LanguageModel;
  readonly #settings: TrainerSettings;
  readonly #options: Pick<TrainerOptions, 'threads' | 'slices' | 'reporter'>;
  readonly #seed: number;
  readonly #rule: UpdateRule;
  readonly #names: string[];
  readonly #weights: tf.Variable[];
  /** Slot by slot, a tensor a weight. */
  readonly #slots: tf.Variable[][];
  readonly #whole: CompiledStep;
  readonly #part: CompiledStep;
  readonly #update: CompiledStep;
  readonly #squares: CompiledStep;
  /** Slices of a batch whose gradients are computed at the same time. */
  readonly #slices = usefulParts();
  /** By the sequences of a batch; undefined where those are one slice. */
  readonly #sliced = new Map<number, SlicedGradients | undefined>();
  #updates = 0;

  constructor(network: LanguageModel, options: TrainerOptions) {
    const { settings, seed = 0, reporter = silent, compile = compileStep } = options;
    const trained = network.model.trainableWeights;
    this.#network = network;
    this.#settings = settings;
    this.#options = options;
    this.#seed = seed;
    this.#rule = updateRuleOf(settings);
    this.#names = trained.map(({ originalName }) => originalName);
    this.#weights = trained.map((weight) => weight.read() as tf.Variable);
    this.#slots = this.#rule.slots.map(() =>
      this.#weights.map(({ shape }) => tf.tidy(() => tf.variable(tf.zeros(shape), false))),
    );
    // What does not train is read all the same, such as gains that are held.
    const held = network.model.nonTrainableWeights.map((weight) => weight.read() as tf.Variable);
    const all = this.#variables;
    const gradients = { parts: this.#slices, reporter };
    this.#whole = compile((inputs) => this.#runWhole(inputs), {
      ...gradients,
      variables: [...all, ...held],
    });
    this.#part = compile((inputs) => this.#runPart(inputs), {
      ...gradients,
      variables: [...this.#weights, ...held],
    });
    this.#update = compile((inputs) => this.#runUpdate(inputs), { variables: all, reporter });
    this.#squares = compile((updated) => [updateSquares(this.#weights, updated)], {
      ...{ variables: this.#weights, reporter, name: 'measurement of the update' },
    });
  }

  /**
   * Makes one update, unless the loss or the gradient is not finite: then nothing changes.
   *
   * @param withRatios whether to measure how far it moves the weights
   */
  step(batch: Batch, learningRate: number, withRatios = false): StepResult {
    let result: StepResult = { loss: NaN, norm: NaN };
    tf.tidy(() => {
      const scale = this.#scale(learningRate);
      const [measured, ...updated] = this.#updated(scale, batch);
      const [loss, norm] = measured.dataSync<'float32'>();
      result = { loss, norm };
      if (!Number.isFinite(loss) || !Number.isFinite(norm)) return;
      if (withRatios) {
        const [squares] = this.#squares(updated.slice(0, this.#weights.length));
        result.ratios = updateRatios(this.#network, squares.dataSync<'float32'>());
      }
      this.#variables.forEach((variable, i) => variable.assign(updated[i]));
      this.#updates++;
    });
    return result;
  }

  /** All that the optimiser carries from one update to the next; the weights are the network's. */
  state(): OptimizerState {
    return { updates: this.#updates, tensors: readTensors(this.#namedSlots()) };
  }

  /**
   * Goes on from a state: the next update is the one that would have followed it.
   *
   * @throws Failure when it is not that of this network and optimiser
   */
  restore({ updates, tensors }: OptimizerState): void {
    assignTensors(this.#namedSlots(), tensors);
    this.#updates = updates;
  }

  dispose(): void {
    const steps = [this.#whole, this.#part, this.#update, this.#squares];
    for (const step of steps) step.dispose();
    for (const sliced of this.#sliced.values()) sliced?.dispose();
    tf.dispose(this.#slots);
  }

  /** Slices that threads other than this one have computed so far. */
  get elsewhere(): number {
    return [...this.#sliced.values()].reduce((sum, own) => sum + (own?.elsewhere ?? 0), 0);
  }

  /** The weights, then the slots. */
  get #variables(): tf.Variable[] {
    return [...this.#weights, ...this.#slots.flat()];
  }

  /** The slots by names such as `first_moment/layer_0/query/kernel`. */
  #namedSlots(): [string, tf.Variable][] {
    return this.#rule.slots.flatMap((kind, k) =>
      this.#slots[k].map((slot, i): [string, tf.Variable] => [`${kind}/${this.#names[i]}`, slot]),
    );
  }

  /** What changes with the step: 1 − α λ, then the numbers of the rule. */
  #scale(learningRate: number): tf.Tensor1D {
    const kept = 1 - learningRate * decayOf(this.#settings);
    return tf.tensor1d([kept, ...this.#rule.scale(this.#updates, learningRate)]);
  }

  /** Loss and norm, and all variables after the update. */
  #updated(scale: tf.Tensor, batch: Batch): tf.Tensor[] {
    const size = this.#partSize(batch);
    const sliced = this.#slicedFor(size / this.#network.tokens);
    if (sliced !== undefined) return this.#update([scale, ...sliced.of(batch, this.#updates)]);
    return this.#settings.accumulate === 1
      ? this.#whole([scale, ...this.#inputs(batch, 0)])
      : this.#update([scale, ...this.#accumulated(batch, size)]);
  }

  /** Token ids of a part of the batch. @throws RangeError when the parts are not even */
  #partSize({ inputs }: Batch): number {
    const { accumulate } = this.#settings;
    const { tokens } = this.#network;
    const size = inputs.length / accumulate;
    if (Number.isInteger(size / tokens)) return size;
    throw new RangeError(
      `Trainer: expected a batch of a multiple of ${accumulate} sequences, got ${inputs.length / tokens}. Change train.batch or train.accumulate.`,
    );
  }

  /** What computes the gradient of so many sequences in slices; undefined where they are one. */
  #slicedFor(sequences: number): SlicedGradients | undefined {
    if (!this.#sliced.has(sequences)) {
      const { tokens, embedding } = this.#network;
      const size = { sequences, tokens, width: embedding.width };
      const { threads, reporter, slices = sliceCount(size, currentBackend()) } = this.#options;
      const dropout = { rate: this.#settings.dropout, seed: this.#seed };
      const sliced =
        slices > 1
          ? new SlicedGradients(this.#network, { sequences, slices, threads, dropout, reporter })
          : undefined;
      this.#sliced.set(sequences, sliced);
    }
    return this.#sliced.get(sequences);
  }

  /** What `batchLoss` reads of a part of the batch, whose first sequence is `first` within it. */
  #inputs(batch: Batch, first: number): tf.Tensor[] {
    const { dropout: rate } = this.#settings;
    return sequenceTensors(this.#network, batch, {
      ...{ rate, seed: this.#seed, step: this.#updates, first },
    });
  }

  /** Loss and gradient of a batch: the means over its parts, weighted by what is to be told in them. */
  #accumulated(batch: Batch, size: number): tf.Tensor[] {
    const { inputs, targets } = batch;
    const { tokens } = this.#network;
    const zeros = this.#weights.map(({ shape }) => tf.zeros(shape));
    const told = Math.max(1, countTargets(batch));
    let sums: tf.Tensor[] = [tf.scalar(0), ...zeros];
    for (let at = 0; at < inputs.length; at += size) {
      const part = {
        inputs: inputs.subarray(at, at + size),
        targets: targets.subarray(at, at + size),
      };
      const share = tf.scalar(countTargets(part) / told);
      // What a part made beside the sums would otherwise stay until the end of the step.
      const next = tf.tidy(() => this.#part([share, ...sums, ...this.#inputs(part, at / tokens)]));
      tf.dispose(sums);
      sums = next;
    }
    return sums;
  }

  #runWhole([scale, ...batch]: tf.Tensor[]): tf.Tensor[] {
    return this.#runUpdate([scale, ...this.#gradients(batch)]);
  }

  /** The sums with those of a part of the batch added, its share of the tokens counting. */
  #runPart([share, ...inputs]: tf.Tensor[]): tf.Tensor[] {
    const sums = inputs.slice(0, this.#weights.length + 1);
    const part = this.#gradients(inputs.slice(sums.length));
    return sums.map((sum, i) => tf.add(sum, tf.mul(part[i], share)));
  }

  /** The loss, then the gradient of every weight. */
  #gradients(batch: tf.Tensor[]): tf.Tensor[] {
    const { loss, gradients } = sliceGradients(
      ([ids, targets, ...dropout]) =>
        batchLoss(this.#network, ids as tf.Tensor2D, targets as tf.Tensor2D, { dropout }),
      batch,
      this.#weights,
      this.#slices,
    );
    return [loss, ...gradients];
  }

  /** Loss and gradient norm `[2]`, then every weight and slot after the update. */
  #runUpdate([scale, loss, ...gradients]: tf.Tensor[]): tf.Tensor[] {
    const { clip } = this.#settings;
    const norm: tf.Scalar = tf.sqrt(
      tf.addN(gradients.map((gradient) => tf.tidy(() => tf.sum(tf.square(gradient))))),
    );
    const factor = clip === 0 ? undefined : clipFactor(norm, clip);
    const [kept, ...own] = tf.unstack(scale) as tf.Scalar[];
    const decays = decayOf(this.#settings) > 0;
    // Tidied weight by weight: a dozen tensors of the size of all weights would be the peak of memory.
    const updated = gradients.map((gradient, i) =>
      tf.tidy(() =>
        this.#rule.update(
          { weight: this.#weights[i], slots: this.#slots.map((slot) => slot[i]) },
          gradient,
          { factor, kept: decays && isDecayed(this.#names[i]) ? kept : undefined, own },
        ),
      ),
    );
    return [
      tf.stack([loss, norm]),
      ...updated.map(({ weight }) => weight),
      ...this.#slots.flatMap((_, k) => updated.map(({ slots }) => slots[k])),
    ];
  }
}
