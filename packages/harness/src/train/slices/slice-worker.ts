import { parentPort, workerData } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { selectBackend } from '../../backend/index.js';
import { languageModel } from '../../network/index.js';
import { computeSlice } from './compute-slice.js';
import type { DropoutSource } from './sequence-tensors.js';
import {
  eachInMemory,
  gradientOf,
  ROUND,
  writeTensors,
  type SharedMemory,
} from './shared-memory.js';
import { SliceQueue } from './slice-queue.js';

/** What a thread is started with. */
export interface SliceWork {
  /** The network without its weights, as tfjs writes it. */
  topology: object;
  checkpointing: boolean;
  dropout: Pick<DropoutSource, 'rate' | 'seed'>;
  memory: SharedMemory;
}

const { topology, checkpointing, dropout, memory } = workerData as SliceWork;
await selectBackend('wasm');
const network = languageModel(await loadLayersModel(tf.io.fromMemory({ modelTopology: topology })));
network.checkpointing = checkpointing;
const weights = network.model.weights.map((weight) => weight.read() as tf.Variable);
const queue = new SliceQueue(memory);

function readWeights(): void {
  eachInMemory(memory.weights, weights, (values, weight) => {
    tf.tidy(() => weight.assign(tf.tensor(values, weight.shape, 'float32')));
  });
}

parentPort?.postMessage('ready');
let updates = -1;
try {
  queue.awaitOpening();
  for (let round = 0; ;) {
    round = queue.awaitRound(round);
    for (let slice = queue.claim(); slice !== undefined; slice = queue.claim()) {
      if (updates !== memory.round[ROUND.updates]) readWeights();
      updates = memory.round[ROUND.updates];
      const gradient = computeSlice(network, memory, { slice, dropout });
      writeTensors(gradientOf(memory, slice), gradient);
      tf.dispose(gradient);
      queue.finish(true);
    }
  }
} catch (error) {
  queue.fail(error);
}
