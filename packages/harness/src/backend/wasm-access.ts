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
    /** The offset of so many bytes, 0 where there is no room. Above 2 GiB it is negative. */
    _malloc(this: void, bytes: number): number;
    _free(this: void, offset: number): void;
    tfjs: {
      registerTensor(this: void, id: number, size: number, memoryOffset: number): void;
      disposeData(this: void, id: number): void;
    };
  };
  dataIdNextNumber: number;
  dataIdMap: { get(dataId: DataId): { id: number; memoryOffset: number } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array | Int32Array | Uint8Array;
  incRef(dataId: DataId): void;
  disposeData(dataId: DataId): boolean;
}

/** The parts of `WasmAccess` by their paths, with what they are. */
const PARTS = {
  'wasm.cwrap': 'function',
  'wasm._malloc': 'function',
  'wasm._free': 'function',
  'wasm.tfjs.registerTensor': 'function',
  'wasm.tfjs.disposeData': 'function',
  dataIdNextNumber: 'number',
  'dataIdMap.get': 'function',
  makeOutput: 'function',
  typedArrayFromHeap: 'function',
  incRef: 'function',
  disposeData: 'function',
} as const;

/** The path of a part of the backend that patches use. */
export type WasmPart = keyof typeof PARTS;

/** Those of the parts that a backend does not have as the patches know them. */
export function missingParts(backend: object, parts: readonly WasmPart[]): WasmPart[] {
  return parts.filter((part) => {
    const value = part
      .split('.')
      .reduce<unknown>(
        (owner, key) => (owner as Record<string, unknown> | undefined)?.[key],
        backend,
      );
    return typeof value !== PARTS[part];
  });
}

/** The product of the lengths of `shape`; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
