import * as tf from '@tensorflow/tfjs-core';
import { architecture, type ArchitectureOptions } from '@shaped/sde';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { configSchema } from '../config/schema.js';
import { buildLanguageModel } from '../network/index.js';
import {
  countWeights,
  estimateMemory,
  trainingMemory,
  type TrainingSize,
} from './memory-estimate.js';
import { Trainer } from './trainer.js';

/** How far the bytes of the tensors may be from those counted, up and down. */
const TENSOR_TOLERANCE = 0.15;

/** How far the heap may be from its estimate: its gaps depend on the order of what is freed. */
const TOLERANCE = 0.35;

type Sizes = Omit<ArchitectureOptions, 'mask'>;

const sizeOf = (sizes: Sizes, batch: number, vocabulary: number): TrainingSize => ({
  arch: architecture({ ...sizes, mask: 'causal' }),
  ...{ vocabulary, batch, positions: true },
});

function networkOf({ arch, vocabulary, positions, tiedEmbeddings, gains = 2 }: TrainingSize) {
  const terms = { identity: gains > 1, centring: gains > 0 };
  return buildLanguageModel({ arch, vocabulary, positions, tiedEmbeddings, ...terms, seed: 1 });
}

/** Makes a few steps. */
function train(size: TrainingSize, checkpointing: boolean): void {
  const { batch, accumulate = 1, slots = 2, dropout = false, vocabulary } = size;
  const network = Object.assign(networkOf(size), { checkpointing });
  const trainer = new Trainer(network, {
    settings: {
      ...configSchema.parse({}).train,
      optimizer: slots === 2 ? 'adam' : 'sgd',
      momentum: 0,
      accumulate,
      dropout: dropout ? 0.1 : 0,
    },
  });
  const ids = Int32Array.from(
    { length: batch * accumulate * network.tokens },
    (_, i) => (31 * i) % vocabulary,
  );
  for (let i = 0; i < 3; i++) trainer.step({ inputs: ids, targets: ids }, 1e-3);
  trainer.dispose();
  network.model.dispose();
}

interface Data {
  shape: number[];
  dtype: tf.DataType;
  memoryOffset: number | null;
}

/** The most bytes that tensors of the wasm backend hold while `fn` runs. */
function peakOf(fn: () => void): number {
  const { dataIdMap } = tf.backend() as unknown as {
    dataIdMap: { set(id: object, data: Data): void; delete(id: object): boolean };
  };
  const bytesOf = new Map<object, number>();
  let [now, peak] = [0, 0];
  const set = dataIdMap.set.bind(dataIdMap);
  const remove = dataIdMap.delete.bind(dataIdMap);
  dataIdMap.set = (id, data) => {
    const bytes = tf.util.sizeFromShape(data.shape) * tf.util.bytesPerElement(data.dtype);
    bytesOf.set(id, bytes);
    peak = Math.max(peak, (now += bytes));
    set(id, data);
  };
  dataIdMap.delete = (id) => {
    now -= bytesOf.get(id) ?? 0;
    return remove(id);
  };
  try {
    fn();
  } finally {
    Object.assign(dataIdMap, { set, delete: remove });
  }
  return peak;
}

const heap = () =>
  (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.byteLength;

const small = { tokens: 32, width: 32, depth: 3, heads: 2 };

describe('trainingMemory', () => {
  beforeAll(() => selectBackend('wasm'));

  it.each<[string, Sizes, number, number, Partial<TrainingSize>?]>([
    ['shaped', small, 8, 64],
    ['heads wider than D/H', { ...small, headWidth: 64 }, 8, 64],
    ['an output projection', { ...small, outputProjection: true }, 8, 64],
    ['unshaped', { ...small, block: 'unshaped' }, 8, 64],
    ['preLN', { ...small, block: 'preLN' }, 8, 64],
    ['preLN with rms', { ...small, block: 'preLN', norm: 'rms' }, 8, 64],
    ['preLN with shaped attention', { ...small, block: 'preLN', attention: 'shaped' }, 8, 64],
    ['postLN', { ...small, block: 'postLN' }, 8, 64],
    ['depthScaled', { ...small, block: 'depthScaled' }, 8, 64],
    ['plain ReLU', { ...small, activation: 'relu' }, 8, 64],
    ['tanh', { ...small, activation: 'shapedSmooth', smooth: 'tanh' }, 8, 64],
    ['GELU', { ...small, activation: 'shapedSmooth', smooth: 'gelu' }, 8, 64],
    ['SiLU', { ...small, activation: 'shapedSmooth', smooth: 'silu' }, 8, 64],
    ['softplus', { ...small, activation: 'shapedSmooth', smooth: 'softplus' }, 8, 64],
    ['no identity', { ...small, gamma1Shift: -32 }, 8, 64, { gains: 1 }],
    ['neither identity nor centring', small, 8, 64, { gains: 0 }],
    ['a large vocabulary', small, 8, 2048],
    ['many heads', { ...small, heads: 8 }, 8, 64],
    ['shaping added to the values', { ...small, heads: 16 }, 8, 64],
    ['parts of a batch', small, 4, 64, { accumulate: 3 }],
    ['an optimiser that keeps nothing', small, 4, 512, { slots: 0 }],
    ['tied embeddings', small, 8, 512, { tiedEmbeddings: true }],
    ['dropout', small, 8, 64, { dropout: true }],
    ['weights above all', { tokens: 4, width: 128, depth: 4, heads: 1 }, 1, 512],
  ])('is the peak of the tensors for %s', (_, sizes, batch, vocabulary, training = {}) => {
    const size = { ...sizeOf(sizes, batch, vocabulary), ...training };
    for (const checkpointing of [false, true]) {
      const measured = peakOf(() => train(size, checkpointing));
      const ratio = trainingMemory(size, checkpointing).total / measured;
      expect(ratio, `checkpointing ${checkpointing}`).toBeGreaterThan(1 - TENSOR_TOLERANCE);
      expect(ratio, `checkpointing ${checkpointing}`).toBeLessThan(1 + TENSOR_TOLERANCE);
    }
    const network = networkOf(size);
    expect(countWeights(size)).toBe(network.model.countParams());
    network.model.dispose();
  });

  // From small to large, for the heap never shrinks.
  it.each<[Sizes, number, boolean]>([
    [{ tokens: 64, width: 64, depth: 10, heads: 4 }, 16, true],
    [{ tokens: 64, width: 128, depth: 12, heads: 4 }, 8, true],
    [{ tokens: 32, width: 64, depth: 12, heads: 2 }, 32, false],
    [{ tokens: 64, width: 64, depth: 10, heads: 4 }, 16, false],
  ])(
    'with its gaps is the heap of wasm at %j, %d sequences, checkpointing %s',
    (sizes, batch, on) => {
      const size = sizeOf(sizes, batch, 256);
      train(size, on);
      const ratio = estimateMemory(size, 'wasm', on) / heap();
      expect(ratio).toBeGreaterThan(1 - TOLERANCE);
      expect(ratio).toBeLessThan(1 + TOLERANCE);
    },
  );
});
