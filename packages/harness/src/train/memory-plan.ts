import { WASM_HEAP_BYTES, type BackendName } from '../backend/index.js';
import { usageFailure } from '../failure.js';
import {
  estimateMemory,
  sliceAtOnce,
  trainingMemory,
  type TrainingSize,
} from './memory-estimate.js';

/** What the user asked for. */
export type CheckpointingChoice = 'auto' | 'on' | 'off';

/** How a training fits into memory. */
export interface MemoryPlan {
  /** Whether the blocks are computed again in the backward pass. */
  checkpointing: boolean;
  /** The peak that is expected, bytes. */
  bytes: number;
  /** Both in words. */
  line: string;
}

/** What there is room for. */
export interface MemoryLimit {
  bytes: number;
  /** What it is the size of. */
  name: string;
}

/**
 * The memory that a training can have on a backend: what the machine (or the container) has left,
 * and of the wasm backend at most the heap that WebAssembly can address.
 *
 * @param available bytes; replaced in tests
 */
export function memoryLimit(
  backend: BackendName,
  available: number = process.availableMemory(),
): MemoryLimit {
  if (backend === 'wasm' && WASM_HEAP_BYTES < available) {
    return { bytes: WASM_HEAP_BYTES, name: 'the heap of WebAssembly' };
  }
  return { bytes: available, name: 'the memory that is free' };
}

/**
 * Decides whether blocks are computed again, so that a training fits into memory: `auto` does when it
 * would not fit otherwise.
 *
 * @throws Failure with exit code 2 when it does not fit, with what would
 */
export function planMemory(
  size: TrainingSize,
  backend: BackendName,
  choice: CheckpointingChoice,
  limit: MemoryLimit = memoryLimit(backend),
): MemoryPlan {
  const bytesOf = (checkpointing: boolean) => estimateMemory(size, backend, checkpointing);
  const checkpointing = choice === 'on' || (choice === 'auto' && bytesOf(false) > limit.bytes);
  const bytes = bytesOf(checkpointing);
  if (bytes > limit.bytes) throw doesNotFit(size, backend, checkpointing, limit);
  const isForced = checkpointing && choice === 'auto';
  const why = isForced ? ` (without, ${inWords(bytesOf(false))} of ${limit.name})` : '';
  const how = checkpointing ? `, blocks computed again in the backward pass${why}` : '';
  const line = `Memory: about ${inWords(bytes)} of ${inWords(limit.bytes)}${how}.`;
  return { checkpointing, bytes, line };
}

function doesNotFit(
  size: TrainingSize,
  backend: BackendName,
  checkpointing: boolean,
  limit: MemoryLimit,
): Error {
  const { arch, batch } = size;
  const fits = (other: Partial<TrainingSize>, again: boolean) =>
    estimateMemory({ ...size, ...other }, backend, again) <= limit.bytes;
  const advice: string[] = [];
  if (!checkpointing && fits({}, true)) {
    const less = inWords(estimateMemory(size, backend, true));
    advice.push(`--set train.checkpointing=on (about ${less}, a slower step)`);
  }
  const all = batch * (size.accumulate ?? 1);
  const parts = divisors(all).find(
    (k) => k > 1 && fits({ batch: all / k, accumulate: k }, checkpointing),
  );
  if (parts !== undefined) advice.push(`--set train.accumulate=${parts}`);
  const tokens = largest(arch.tokens, (count) =>
    fits({ arch: { ...arch, tokens: count } }, checkpointing),
  );
  if (tokens > 1) advice.push(`--set train.model.tokens=${tokens}`);
  const depth = largest(arch.depth, (count) =>
    fits({ arch: { ...arch, depth: count } }, checkpointing),
  );
  if (depth > 0) advice.push(`--set train.model.depth=${depth}`);
  if (backend === 'wasm') advice.push('--backend tensorflow, which has the memory of the machine');
  if (advice.length === 0) advice.push('a machine with more memory');
  const atOnce = sliceAtOnce(size, backend);
  const { weights, blocks, ends } = trainingMemory(atOnce, checkpointing);
  const shares =
    blocks + ends === 0
      ? `${inWords(weights)} while weights and optimiser are updated`
      : `${inWords(weights)} for weights, gradients and the optimiser, ${inWords(blocks)} for ${arch.depth} blocks of ${atOnce.batch} × ${arch.tokens} tokens, ${inWords(ends)} for embedding and readout`;
  return usageFailure(
    `memory: expected a training that fits into ${limit.name}, ${inWords(limit.bytes)}, got one of about ${inWords(estimateMemory(size, backend, checkpointing))} on ${backend} (tensors: ${shares}). Use ${advice.join(', or ')}.`,
  );
}

/** The divisors of a positive integer, ascending. */
function divisors(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter((k) => n % k === 0);
}

/** The largest integer from 0 to below `from` of which `holds`, given that it holds below some bound. */
function largest(from: number, holds: (count: number) => boolean): number {
  let [yes, no] = [0, from];
  while (no - yes > 1) {
    const middle = Math.floor((yes + no) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

/** Bytes as people read them. */
export function inWords(bytes: number): string {
  return bytes < 2 ** 30
    ? `${Math.ceil(bytes / 2 ** 20)} MiB`
    : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
