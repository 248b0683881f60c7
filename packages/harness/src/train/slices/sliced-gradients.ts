import * as tf from '@tensorflow/tfjs-core';
import { countTargets, type Batch } from '../../data/index.js';
import type { LanguageModel } from '../../network/index.js';
import { silent, type Reporter } from '../../progress/reporter.js';
import { trainedVariables } from '../gradients.js';
import { computeSlice } from './compute-slice.js';
import type { DropoutSource } from './sequence-tensors.js';
import {
  eachInMemory,
  gradientOf,
  ROUND,
  shareMemory,
  writeTensors,
  type SharedMemory,
} from './shared-memory.js';
import { SliceQueue } from './slice-queue.js';
import { hasThreads, SliceThreads } from './slice-threads.js';

/** From one look at the other threads to the next while this one waits for them. */
const PATIENCE_MS = 250;

export interface SlicedOptions {
  /** Sequences whose gradient is taken at once; a batch is a multiple. */
  sequences: number;
  /** How many slices those are cut into. */
  slices: number;
  /** Threads that compute them, this one included. Changes no number. Defaults to 1. */
  threads?: number;
  dropout: Pick<DropoutSource, 'rate' | 'seed'>;
  /** Told when a thread does not start. */
  reporter?: Pick<Reporter, 'warn'>;
}

/**
 * The mean loss of a batch and its gradient on the wasm backend, slice by slice, computed by as many
 * threads as there are, each with a backend and a heap of its own.
 *
 * As `sliceGradients` it is `g = Σ_s (N_s/N) g_s`. Any thread takes the next slice that nobody has;
 * this one adds the results in the order of the slices, in float32, so that every number of threads
 * gives the same bits. Weights and gradients go through shared memory.
 */
export class SlicedGradients {
  readonly #network: LanguageModel;
  readonly #options: SlicedOptions;
  readonly #weights: tf.Variable[];
  readonly #variables: tf.Variable[];
  readonly #memory: SharedMemory;
  readonly #queue: SliceQueue;
  readonly #threads: SliceThreads | undefined;

  constructor(network: LanguageModel, options: SlicedOptions) {
    const { sequences, slices, threads = 1, dropout, reporter = silent } = options;
    this.#network = network;
    this.#options = options;
    this.#weights = network.model.weights.map((weight) => weight.read() as tf.Variable);
    this.#variables = trainedVariables(network);
    const numbers = (list: tf.Variable[]) => list.reduce((sum, { size }) => sum + size, 0);
    const trained = numbers(this.#variables);
    const sizes = { sequences, slices, tokens: network.tokens, trained };
    this.#memory = shareMemory({ ...sizes, weights: numbers(this.#weights) });
    this.#queue = new SliceQueue(this.#memory);
    const others = Math.min(threads, slices) - 1;
    if (others > 0 && hasThreads()) {
      const { checkpointing = false, model } = network;
      const topology = model.toJSON(null, false) as object;
      const work = { topology, checkpointing, dropout, memory: this.#memory };
      this.#threads = new SliceThreads(others, work, reporter);
    }
  }

  /** Slices that other threads have computed so far. */
  get elsewhere(): number {
    return Atomics.load(this.#memory.round, ROUND.elsewhere);
  }

  /**
   * Loss and gradient of a batch: the loss, then a tensor for every trained weight.
   *
   * @param updates made before, which fixes the dropout masks
   * @throws Failure when another thread has ended, or the heap of one is full
   */
  of(batch: Batch, updates: number): tf.Tensor[] {
    const { sequences } = this.#options;
    const size = sequences * this.#network.tokens;
    const told = Math.max(1, countTargets(batch));
    this.#memory.round[ROUND.updates] = updates;
    this.#threads?.check();
    if (this.#threads?.areReady) {
      writeTensors(this.#memory.weights, this.#weights);
      this.#queue.open();
    }
    let loss = 0;
    const sums: tf.Tensor[] = [];
    for (let at = 0; at < batch.inputs.length; at += size) {
      const part = {
        inputs: batch.inputs.subarray(at, at + size),
        targets: batch.targets.subarray(at, at + size),
      };
      this.#memory.round[ROUND.first] = at / this.#network.tokens;
      this.#shareBatch(part, told);
      this.#addSlices(sums);
      for (const own of this.#memory.losses) loss = Math.fround(loss + own);
    }
    return [tf.scalar(loss), ...sums];
  }

  dispose(): void {
    this.#threads?.dispose();
  }

  #shareBatch({ inputs, targets }: Batch, told: number): void {
    const { bounds, shares } = this.#memory;
    const { tokens } = this.#network;
    this.#memory.inputs.set(inputs);
    this.#memory.targets.set(targets);
    for (let s = 0; s < shares.length; s++) {
      const own = targets.subarray(bounds[s] * tokens, bounds[s + 1] * tokens);
      shares[s] = countTargets({ inputs, targets: own }) / told;
    }
  }

  /** Has every slice of the round computed and adds their gradients to the sums, in their order. */
  #addSlices(sums: tf.Tensor[]): void {
    const { dropout } = this.#options;
    let added = 0;
    this.#queue.begin();
    for (let slice = this.#queue.claim(); slice !== undefined; slice = this.#queue.claim()) {
      const gradient = computeSlice(this.#network, this.#memory, { slice, dropout });
      if (slice === added) {
        gradient.forEach((own, i) => addTo(sums, own, i));
        added++;
      } else {
        writeTensors(gradientOf(this.#memory, slice), gradient);
        tf.dispose(gradient);
      }
      this.#queue.finish();
    }
    while (!this.#queue.awaitSlices(PATIENCE_MS)) this.#threads?.check();
    for (; added < this.#options.slices; added++) {
      eachInMemory(gradientOf(this.#memory, added), this.#variables, (values, { shape }, i) => {
        // No copy of the values: the wasm backend makes one.
        addTo(sums, tf.tensor(values, shape, 'float32'), i);
      });
    }
  }
}

/** Adds a tensor, which is given up, to the sum of a place. */
function addTo(sums: tf.Tensor[], tensor: tf.Tensor, place: number): void {
  const before = sums.at(place);
  sums[place] = before === undefined ? tensor : tf.add(before, tensor);
  if (before !== undefined) tf.dispose([before, tensor]);
}
