import { Failure } from '../failure.js';
import type { WasmAccess } from './wasm-access.js';

/** What a wasm heap can grow to: 2^16 pages of 64 KiB less one, of the build that tfjs ships. */
export const WASM_HEAP_BYTES = 2 ** 32 - 2 ** 16;

/**
 * The largest request that is handed on. Nearer to 2^32 the allocator's rounding overflows, and it
 * gives an offset that nothing lies behind; the program and other tensors need the rest anyway.
 */
const LARGEST_REQUEST = 2 ** 32 - 2 ** 24;

/**
 * Makes the backend refuse a tensor that its heap has no room for, and returns what undoes it. As
 * shipped it takes the offset 0 that a failed allocation gives for that of the tensor, and writes
 * over whatever lies there.
 */
export function guardHeap({ wasm }: WasmAccess): () => void {
  // Emscripten's first call puts the real function in the place of its own stub.
  wasm._free(wasm._malloc(1));
  const malloc = wasm._malloc;
  wasm._malloc = (bytes) => {
    const offset = bytes > LARGEST_REQUEST ? 0 : malloc(bytes);
    if (offset !== 0 || bytes === 0) return offset;
    throw new Failure(
      `wasm: expected room for ${bytes} more bytes, got a heap of 4 GiB that is full. Use fewer sequences (train.batch), tokens or layers, train.checkpointing: on, or --backend tensorflow.`,
    );
  };
  return () => {
    wasm._malloc = malloc;
  };
}
