import type * as tf from '@tensorflow/tfjs-core';
import type { WasmAccess } from './wasm-access.js';

/**
 * The Identity kernel of the wasm backend, which gives the data itself to a second tensor, as every
 * other backend does. As shipped it copies, and a gradient clones each tensor that it saves.
 *
 * No kernel of the backend writes into its inputs, so two tensors can share one.
 *
 * @param stock the shipped kernel, kept for strings
 */
export function sharedIdentity(stock: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { dataId, shape, dtype } = call.inputs.x as tf.TensorInfo;
    if (dtype === 'string') return stock(call);
    (call.backend as WasmAccess).incRef(dataId);
    return { dataId, shape, dtype };
  };
}
