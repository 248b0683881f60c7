import { availableParallelism } from 'node:os';
import type { BackendName } from '../../backend/index.js';
import { threadMemory, type TrainingSize } from '../memory-estimate.js';
import { inWords } from '../memory-plan.js';
import { sliceCount } from './slice-count.js';

/** What the threads of a training depend on. */
export interface ThreadRequest {
  size: TrainingSize;
  backend: BackendName;
  checkpointing: boolean;
  /** Bytes that the training takes without other threads. */
  bytes: number;
  /** Worker threads of the configuration; undefined for one a core, 0 and 1 for no other thread. */
  workers: number | undefined;
}

/** The machine as far as it matters here; replaced in tests. */
export interface ThreadRoom {
  cores: number;
  /** Bytes that the process can still take. */
  available: number;
}

export interface ThreadPlan {
  /** Threads that compute the slices of a batch, the main one included. */
  threads: number;
  /** How many, and what they take, in words; undefined where one is all that is of use. */
  line?: string;
}

/**
 * How many threads compute a training: on wasm as many as the configuration allows, of which each has
 * a slice to compute and memory; on other backends one. Changes no number.
 */
export function planThreads(
  { size, backend, checkpointing, bytes, workers }: ThreadRequest,
  { cores, available }: ThreadRoom = {
    cores: availableParallelism(),
    available: process.availableMemory(),
  },
): ThreadPlan {
  const { tokens, width } = size.arch;
  const slices = sliceCount({ sequences: size.batch, tokens, width }, backend);
  const wanted = Math.min(slices, Math.max(1, workers ?? cores));
  if (wanted === 1) return { threads: 1 };
  const another = threadMemory(size, checkpointing);
  const room = Math.floor((available - bytes) / another);
  const threads = Math.max(1, Math.min(wanted, 1 + room));
  const each = `about ${inWords(another)} for each but the first`;
  const line =
    threads === 1
      ? `Threads: 1, as there is no memory for another (${inWords(another)}).`
      : `Threads: ${threads}, ${each}.`;
  return { threads, line };
}
