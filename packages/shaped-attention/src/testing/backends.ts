import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { afterAll, beforeAll, describe } from 'vitest';

/** The backends every numeric test of this package runs on. */
export const BACKENDS = ['cpu', 'wasm'] as const;

const WASM_FOLDER = new URL(
  '../../../../node_modules/@tensorflow/tfjs-backend-wasm/dist/',
  import.meta.url,
);

/** Makes `name` the current backend, loading it on first use. */
export async function useBackend(name: (typeof BACKENDS)[number]): Promise<void> {
  if (name === 'wasm') setWasmPaths(decodeURIComponent(WASM_FOLDER.pathname));
  if (!(await tf.setBackend(name))) throw new Error(`useBackend: ${name} could not be started.`);
  await tf.ready();
}

/** Registers a suite once per backend. */
export function describeOnBackends(
  title: string,
  suite: (backend: (typeof BACKENDS)[number]) => void,
): void {
  describe.each(BACKENDS)(`${title} on %s`, (backend) => {
    beforeAll(() => useBackend(backend));
    afterAll(() => tf.disposeVariables());
    suite(backend);
  });
}
