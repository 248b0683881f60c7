import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { startWasm } from '../../backend/start-wasm.js';

/** The backends on which everything that touches tensors is tested. */
export const BACKENDS = ['cpu', 'wasm'] as const;

/** Makes `name` the current backend. */
export async function useBackend(name: (typeof BACKENDS)[number]): Promise<void> {
  if (name === 'wasm') await startWasm();
  else await tf.setBackend(name);
  await tf.ready();
}
