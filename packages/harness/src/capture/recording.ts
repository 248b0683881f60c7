import type { OpAttribute } from './native-backend.js';

/** Where an op takes a value from. */
export type Source =
  | { from: 'input'; index: number }
  | { from: 'constant'; index: number }
  | { from: 'op'; index: number; output: number };

/** One op as it was executed. */
export interface RecordedOp {
  name: string;
  attributes: readonly OpAttribute[];
  inputs: readonly Source[];
  outputs: readonly TensorType[];
  /** Must be known before the op runs, though it reads nothing of it. */
  after?: Source;
}

/** The type and shape of a tensor. */
export interface TensorType {
  /** TensorFlow's number of the type. */
  dtype: number;
  shape: readonly number[];
}

/** A tensor that was made from numbers in JavaScript. */
export interface Constant extends TensorType {
  /** Little-endian, row-major. */
  bytes: Uint8Array;
}

/** The ops of one call of a function, in the order of their execution. */
export interface Recording {
  inputs: TensorType[];
  constants: Constant[];
  ops: RecordedOp[];
  /** Of the function's results. */
  outputs: (Source & TensorType)[];
}

/** Whether two calls executed the same ops on the same constants. */
export function isSameRecording(a: Recording, b: Recording): boolean {
  return (
    a.constants.length === b.constants.length &&
    a.constants.every(({ bytes }, i) => Buffer.compare(bytes, b.constants[i].bytes) === 0) &&
    JSON.stringify([a.inputs, a.ops, a.outputs]) === JSON.stringify([b.inputs, b.ops, b.outputs])
  );
}
