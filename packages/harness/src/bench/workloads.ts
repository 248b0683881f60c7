import { keyFromSeed, Stream } from '@shaped/random';
import { architecture } from '@shaped/sde';
import * as tf from '@tensorflow/tfjs-core';
import { causalObjective, memoryTokens, packedWindows, trainBatch } from '../data/index.js';
import { buildLanguageModel } from '../network/index.js';
import { gradientsOf } from '../train/gradients.js';

/** Something a backend is timed at. */
export interface Workload {
  name: string;
  /** What the numbers stand for. */
  describe: string;
  /** Makes what is needed; returns one repetition, which waits for its result, and the disposal. */
  prepare: () => { run: () => void; dispose: () => void };
}

/** Shapes of the attention: B H matrices of T by K. */
const ATTENTION = { pairs: 32, tokens: 64, key: 32 };
const PRODUCT = 512;
const TRAINING = { tokens: 64, width: 128, depth: 4, heads: 4, sequences: 8, vocabulary: 256 };

/** Standard normal numbers that do not vary from backend to backend. */
function normals(shape: [number, number, number] | [number, number], seed: number): tf.Tensor {
  const count = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(new Stream(keyFromSeed(seed)).fillNormal(new Float32Array(count)), shape);
}

/** Runs `compute` and reads one number of its result, so that a backend that queues has finished. */
const wait = (compute: () => tf.Tensor) => tf.tidy(() => void tf.sum(compute()).dataSync());

const product: Workload = {
  name: 'product',
  describe: `product of two ${PRODUCT} × ${PRODUCT} matrices`,
  prepare: () => {
    const [a, b] = [1, 2].map((seed) => normals([PRODUCT, PRODUCT], seed));
    return { run: () => wait(() => tf.matMul(a, b)), dispose: () => tf.dispose([a, b]) };
  },
};

const attention: Workload = {
  name: 'attention',
  describe: `softmax(QKᵀ)V of ${ATTENTION.pairs} heads, ${ATTENTION.tokens} tokens, head width ${ATTENTION.key}`,
  prepare: () => {
    const { pairs, tokens, key } = ATTENTION;
    const [q, k, v] = [1, 2, 3].map((seed) => normals([pairs, tokens, key], seed));
    const run = () => wait(() => tf.matMul(tf.softmax(tf.matMul(q, k, false, true)), v));
    return { run, dispose: () => tf.dispose([q, k, v]) };
  },
};

const training: Workload = {
  name: 'training step',
  describe: `gradient and Adam step of a pre-norm language model, ${TRAINING.depth} layers, width ${TRAINING.width}, ${TRAINING.sequences} × ${TRAINING.tokens} tokens`,
  prepare: () => {
    const { sequences, vocabulary, tokens, width, depth, heads } = TRAINING;
    const arch = architecture({ block: 'preLN', mask: 'causal', tokens, width, depth, heads });
    const network = buildLanguageModel({ arch, vocabulary, positions: true, seed: 0 });
    const ids = memoryTokens(Int32Array.from({ length: 4096 }, (_, i) => (i * 31) % vocabulary));
    const text = { windows: packedWindows(ids, tokens), objective: causalObjective() };
    const batch = trainBatch({ text, batch: sequences, seed: 0, step: 0 });
    const optimizer = tf.train.adam(1e-3);
    const run = () => {
      const { tensors } = gradientsOf(network, batch);
      // Typed for variables; it reads tensors.
      optimizer.applyGradients(tensors as Parameters<typeof optimizer.applyGradients>[0]);
      tf.dispose(tensors);
    };
    const dispose = () => {
      optimizer.dispose();
      network.model.dispose();
    };
    return { run, dispose };
  },
};

/** What `shaped backend bench` times, from small to large. */
export const WORKLOADS: readonly Workload[] = [product, attention, training];
