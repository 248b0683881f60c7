import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { installPatches, patchNotices, type PatchState } from './install-patches.js';

/** Emscripten's handlers, which would rethrow every error of the process with its own stack. */
const PROCESS_EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/** How the wasm backend runs. */
export interface StartedWasm {
  simd: boolean;
  patches: PatchState[];
  /** What is slower or missing. */
  notes: string[];
}

/**
 * Starts the wasm backend with its patches and makes it the current one.
 *
 * @throws Error when WebAssembly does not start here
 */
export async function startWasm(): Promise<StartedWasm> {
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
  const patches = installPatches({
    'tfjs-backend-wasm': version_wasm,
    'tfjs-core': tf.version_core,
  });
  return { simd: simd === true, patches, notes: [...notes, ...patchNotices(patches)] };
}
