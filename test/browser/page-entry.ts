import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { attentionWorkload, type AttentionOutcome } from './attention-workload.ts';

export { abortedWorkload, exactDraws, sdeWorkload } from './sde-workload.ts';

/** The attention workload on a backend of the browser; wasm files come from /wasm/. */
export async function attentionOn(backend: 'cpu' | 'wasm'): Promise<AttentionOutcome> {
  setWasmPaths('/wasm/');
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs did not start ${backend}`);
  return attentionWorkload();
}
