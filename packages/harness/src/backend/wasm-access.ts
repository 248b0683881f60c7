import type * as tf from '@tensorflow/tfjs-core';

/** The release whose kernels and private fields the patches were written and tested against. */
export const PATCHED_VERSION = '4.22.0';

type DataId = tf.TensorInfo['dataId'];

/**
 * What the patches use of the wasm backend of tfjs 4.22.0, private parts included. Nothing else of
 * the project touches them.
 */
export interface WasmAccess {
  wasm: {
    cwrap(name: string, returns: null, parameters: string[]): (...values: unknown[]) => void;
    tfjs: {
      registerTensor(this: void, id: number, size: number, memoryOffset: number): void;
      disposeData(this: void, id: number): void;
    };
  };
  dataIdNextNumber: number;
  dataIdMap: { get(dataId: DataId): { id: number; memoryOffset: number } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array | Int32Array | Uint8Array;
  disposeData(dataId: DataId): boolean;
}

/** The product of the lengths of `shape`; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
