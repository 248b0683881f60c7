import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { inject } from 'vitest';
import { loadTensorflow } from '../../backend/index.js';
import { startWasm } from '../../backend/start-wasm.js';

const tensorflow = inject('tensorflow');

/** The backends on which everything that touches tensors is tested: TensorFlow where installed. */
export const BACKENDS = tensorflow
  ? (['cpu', 'wasm', 'tensorflow'] as const)
  : (['cpu', 'wasm'] as const);
export type BackendUnderTest = 'cpu' | 'wasm' | 'tensorflow';

/** Makes `name` the current backend. */
export async function useBackend(name: BackendUnderTest): Promise<void> {
  if (name === 'wasm') await startWasm();
  else if (name === 'tensorflow') await loadTensorflow({ tf, cache: tensorflow?.cache });
  else await tf.setBackend(name);
  await tf.ready();
}
