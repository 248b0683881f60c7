import * as tf from '@tensorflow/tfjs-core';

/** An attribute of an op as the kernels of the native backend hand it to TensorFlow. */
export interface OpAttribute {
  name: string;
  /** Which kind of attribute: one of the binding's TF_ATTR_… numbers. */
  type: number;
  value: number | boolean | string | readonly (number | boolean)[];
}

/** What the backend knows of a tensor's data. */
export interface TensorEntry {
  shape: number[];
  /** TensorFlow's number of the type. */
  dtype: number;
  /** Not yet handed to TensorFlow; null afterwards. */
  values: ArrayBufferView | readonly Uint8Array[] | null;
  /** TensorFlow's handle, once it has one. */
  id: number;
}

/** A tensor as the binding returns it. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** The parts of the addon that are used here. */
export interface NativeBinding {
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  isUsingGpuDevice(): boolean;
  tensorDataSync(id: number): ArrayBufferView;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(session: number): void;
  runSavedModel(
    session: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): TensorMetadata[];
}

/** A scalar of int64, which tfjs has no tensors for. */
export interface Int64Input {
  readonly valueArray: Int32Array;
}

export type OpInput = tf.TensorInfo | Int64Input;

/** The native backend of tfjs-node: every kernel ends in one of the two `execute` methods. */
export interface NativeBackend {
  readonly binding: NativeBinding;
  readonly tensorMap: { has(dataId: object): boolean; get(dataId: object): TensorEntry };
  executeSingleOutput: (
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly OpInput[],
  ) => tf.Tensor;
  executeMultipleOutputs: (
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly OpInput[],
    count: number,
  ) => tf.Tensor[];
  readSync: (dataId: object) => unknown;
  getInputTensorIds(tensors: readonly OpInput[]): number[];
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
}

/** The running backend if it is the native one, else undefined. */
export function nativeBackend(): NativeBackend | undefined {
  return tf.getBackend() === 'tensorflow' ? (tf.backend() as unknown as NativeBackend) : undefined;
}
