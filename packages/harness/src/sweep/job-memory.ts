import { architectureOf, trainedModel, type Config } from '../config/index.js';
import type { SweepCommand } from './sweep-command.js';

/**
 * A process with tfjs, a backend and the shipped text, in bytes: the smallest jobs peak at 310 to
 * 350 MiB with wasm, and native TensorFlow's libraries take about as much again.
 */
const BASE = 600 * 2 ** 20;

const FLOAT32 = 4;
const FLOAT64 = 8;

/**
 * Activations of a trained layer, in arrays of B·T·D and of B·H·T² numbers: 36 and 35 were measured,
 * as the peak over the base at (D, T) = (64, 32) and (128, 64).
 */
const TRAINED_ARRAYS = 40;
/** Arrays of B·T·vocabulary numbers in the loss and its gradient. */
const LOGIT_ARRAYS = 4;
/** Matrices of D² numbers in a layer: query, key, value, and two of the MLP. */
const LAYER_MATRICES = 5;
/** Copies of the weights of a probed network that live at once: 3.5 were measured. */
const PROBED_COPIES = 4;
/** Matrices of T² numbers kept of each layer of each network, each twice while it is written. */
const KEPT_MATRICES = 12;
/** Metrics of a covariance matrix, kept of each layer of each path, twice while they are written. */
const KEPT_METRICS = 28;

function trainBytes(config: Config): number {
  const { tokens, depth, width, heads } = trainedModel(config);
  const { batch } = config.train;
  const layer = batch * tokens * width + batch * heads * tokens * tokens;
  const vocabulary = config.data.tokenizer === 'bytes' ? 256 : config.data.vocabulary;
  const numbers = TRAINED_ARRAYS * layer * depth + LOGIT_ARRAYS * batch * tokens * vocabulary;
  return numbers * FLOAT32;
}

function probeBytes({ model, probe }: Config): number {
  const { tokens, depth, width } = architectureOf(model);
  const weights = PROBED_COPIES * LAYER_MATRICES * depth * width * width * FLOAT32;
  return weights + KEPT_MATRICES * probe.networks * (depth + 1) * tokens * tokens * FLOAT64;
}

function predictBytes({ model, predict }: Config): number {
  const paths = predict.sdePaths + predict.chainPaths;
  return KEPT_METRICS * paths * (model.depth + 1) * FLOAT64;
}

/**
 * About how much memory a job's process takes at its peak, in bytes: a process, and the largest of its
 * commands on top. A rough guide to how many go beside each other, not a promise.
 */
export function bytesOfJob(config: Config, commands: readonly SweepCommand[]): number {
  const parts = commands.flatMap((command) => {
    if (command === 'train') return [trainBytes(config)];
    if (command === 'probe') return [probeBytes(config)];
    if (command === 'predict') return [predictBytes(config)];
    if (command === 'check') return [probeBytes(config) + predictBytes(config)];
    if (command === 'run') {
      return [probeBytes(config) + predictBytes(config), trainBytes(config)];
    }
    return [];
  });
  return BASE + Math.max(0, ...parts);
}
