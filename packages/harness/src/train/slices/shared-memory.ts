import type * as tf from '@tensorflow/tfjs-core';
import { evenSizes } from './even-sizes.js';

/** The sizes of what threads share. */
export interface SharedSizes {
  /** Sequences of a round, and the slices that they are cut into. */
  sequences: number;
  slices: number;
  /** Tokens of a sequence. */
  tokens: number;
  /** Numbers of all weights, and of those that are trained. */
  weights: number;
  trained: number;
}

/** What threads share: plain arrays over shared buffers, so that a thread can be started with them. */
export interface SharedMemory {
  /** Counters and numbers of a round: see `ROUND`. */
  round: Int32Array;
  /** Token ids and targets, [sequences, T]. */
  inputs: Int32Array;
  targets: Int32Array;
  /** The first sequence of every slice, and one behind the last. */
  bounds: Int32Array;
  /** What the mean loss of a slice counts in that of the batch. */
  shares: Float32Array;
  /** The weights of the network, one behind the other. */
  weights: Float32Array;
  /** What a slice adds to the loss and to the gradient of the trained weights, [slices, trained]. */
  losses: Float32Array;
  gradients: Float32Array;
  /** Why a thread gave up, JSON in UTF-8. */
  failure: Uint8Array;
}

/** Places in `SharedMemory.round`. */
export const ROUND = {
  /** The number of the round. */
  number: 0,
  /** The next slice that nobody computes yet. */
  next: 1,
  /** Slices that are computed. */
  done: 2,
  /** 1 from when the weights are in memory: threads wait for it before they take part. */
  open: 3,
  /** Slices that threads other than the first have computed in all rounds. */
  elsewhere: 4,
  /** The number of updates made, which the weights belong to, and the dropout masks. */
  updates: 5,
  /** The first of the sequences within its batch. */
  first: 6,
  /** The length of what is in `failure`. */
  failure: 7,
} as const;

/** Bytes of the reason of a failure. */
const FAILURE_BYTES = 4096;

const shared = (bytes: number) => new SharedArrayBuffer(bytes);
const integers = (count: number) => new Int32Array(shared(4 * count));
const floats = (count: number) => new Float32Array(shared(4 * count));

/** Memory for the slices of a training. What nobody writes takes none of the machine's. */
export function shareMemory(sizes: SharedSizes): SharedMemory {
  const { sequences, slices, tokens, weights, trained } = sizes;
  const bounds = integers(slices + 1);
  evenSizes(sequences, slices).forEach((size, s) => (bounds[s + 1] = bounds[s] + size));
  return {
    round: integers(Object.keys(ROUND).length),
    inputs: integers(sequences * tokens),
    targets: integers(sequences * tokens),
    bounds,
    shares: floats(slices),
    weights: floats(weights),
    losses: floats(slices),
    gradients: floats(slices * trained),
    failure: new Uint8Array(shared(FAILURE_BYTES)),
  };
}

/** Writes the numbers of tensors, one behind the other. */
export function writeTensors(memory: Float32Array, tensors: readonly tf.Tensor[]): void {
  let offset = 0;
  for (const tensor of tensors) {
    memory.set(tensor.dataSync<'float32'>(), offset);
    offset += tensor.size;
  }
}

/** Calls `use` with the place of each tensor's numbers in memory. */
export function eachInMemory<T extends tf.Tensor>(
  memory: Float32Array,
  tensors: readonly T[],
  use: (values: Float32Array, tensor: T, index: number) => void,
): void {
  let offset = 0;
  tensors.forEach((tensor, i) => {
    use(memory.subarray(offset, (offset += tensor.size)), tensor, i);
  });
}

/** The numbers of a slice's gradient in memory. */
export function gradientOf({ gradients, losses }: SharedMemory, slice: number): Float32Array {
  const size = gradients.length / losses.length;
  return gradients.subarray(slice * size, (slice + 1) * size);
}
