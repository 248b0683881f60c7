import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { installPatches } from './install-patches.js';

/** Emscripten's handlers, which would rethrow every error of the process with its own stack. */
const PROCESS_EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Starts the wasm backend and makes it the current one. Returns whether it uses SIMD, and notices
 * about kernels that are slower or missing.
 *
 * @throws Error when WebAssembly does not start here
 */
export async function startWasm(): Promise<{ simd: boolean; notes: string[] }> {
  const home = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  setWasmPaths(join(dirname(home), 'dist') + sep);
  const before = new Map(PROCESS_EVENTS.map((event) => [event, process.listeners(event as never)]));
  try {
    if (!(await tf.setBackend('wasm'))) throw new Error('tfjs could not initialise it');
    await tf.ready();
  } finally {
    for (const event of PROCESS_EVENTS) {
      for (const listener of process.listeners(event as never)) {
        if (!before.get(event)?.includes(listener)) process.removeListener(event, listener);
      }
    }
  }
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  const notes = simd ? [] : ['WebAssembly has no SIMD here, so that networks run slower.'];
  return { simd: simd === true, notes: [...notes, ...installPatches(version_wasm)] };
}
