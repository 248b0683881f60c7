import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { afterAll, beforeAll, describe, inject } from 'vitest';

const tensorflow = inject('tensorflow');

/** The backends every numeric test of this package runs on: TensorFlow where it is installed. */
export const BACKENDS = tensorflow
  ? (['cpu', 'wasm', 'tensorflow'] as const)
  : (['cpu', 'wasm'] as const);
export type BackendUnderTest = 'cpu' | 'wasm' | 'tensorflow';

const WASM_FOLDER = new URL(
  '../../../../node_modules/@tensorflow/tfjs-backend-wasm/dist/',
  import.meta.url,
);

/** Makes `name` the current backend, loading it on first use. */
export async function useBackend(name: BackendUnderTest): Promise<void> {
  if (name === 'wasm') setWasmPaths(decodeURIComponent(WASM_FOLDER.pathname));
  if (name === 'tensorflow' && tensorflow) {
    // By its path: this package knows nothing of the one that has the loader.
    const { loadTensorflow } = (await import(tensorflow.loader)) as {
      loadTensorflow: (options: { tf: typeof tf; cache: string }) => Promise<unknown>;
    };
    await loadTensorflow({ tf, cache: tensorflow.cache });
  }
  if (!(await tf.setBackend(name))) throw new Error(`useBackend: ${name} could not be started.`);
  await tf.ready();
}

/** Registers a suite once per backend. */
export function describeOnBackends(
  title: string,
  suite: (backend: BackendUnderTest) => void,
): void {
  describe.each(BACKENDS)(`${title} on %s`, (backend) => {
    beforeAll(() => useBackend(backend));
    afterAll(() => tf.disposeVariables());
    suite(backend);
  });
}
