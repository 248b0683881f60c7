import * as tf from '@tensorflow/tfjs-core';
import type { Int64Input, NativeBackend, OpAttribute, OpInput } from './native-backend.js';
import { isPureOp } from './op-outputs.js';
import type { Constant, RecordedOp, Recording, Source, TensorType } from './recording.js';

const DT_INT64 = 9;

/** The kernels that read an input only to refuse values out of range. */
const CHECKING_KERNELS = ['GatherV2'];

/** The results of a call, and what it executed or why that cannot be repeated. */
export interface Recorded {
  results: tf.Tensor[];
  recording: Recording | undefined;
  /** Why there is no recording; empty if there is one. */
  reason: string;
}

const isInt64 = (input: OpInput): input is Int64Input => 'valueArray' in input;

/**
 * Calls a function and records the ops that the native kernels execute on the way to its results.
 * The function runs as always, so that its JavaScript sees the real values and shapes.
 *
 * There is no recording when the function reads a value that depends on the inputs, uses a variable
 * that is not among them, or executes an op that is not known to be a pure function.
 *
 * @param inputs the tensors whose values may differ from call to call; every other is a constant
 */
export function record(
  backend: NativeBackend,
  inputs: readonly tf.Tensor[],
  fn: () => tf.Tensor[],
): Recorded {
  const recorder = new Recorder(backend, inputs);
  recorder.start();
  current = recorder;
  let results: tf.Tensor[];
  try {
    results = fn();
  } finally {
    current = undefined;
    recorder.stop();
  }
  const recording = recorder.finish(results);
  return { results, recording, reason: recorder.reason };
}

/** Of the call that is being recorded. */
let current: Recorder | undefined;

/**
 * Tensors of the same values, which a captured graph has only once it knows `until`; where nothing is
 * recorded, the tensors themselves.
 *
 * A graph computes what it can at once, and what it computes twice only once: so a recomputation that
 * is to save memory (see `checkpoint`) has to wait for the gradient that needs it. Other inputs also
 * keep TensorFlow from taking it for the first computation.
 */
export function delayUntil(tensors: tf.Tensor[], until: tf.Tensor): tf.Tensor[] {
  return current === undefined ? tensors : current.delay(tensors, until);
}

class Recorder {
  reason = '';
  readonly #backend: NativeBackend;
  readonly #inputs: TensorType[];
  readonly #constants: Constant[] = [];
  readonly #ops: RecordedOp[] = [];
  readonly #sources = new WeakMap<object, Source>();
  readonly #constantAt = new Map<string, number>();
  readonly #foreign: WeakMap<object, string>;
  readonly #stockKernels = new Map<tf.KernelConfig, tf.KernelFunc>();
  #isChecking = false;

  constructor(backend: NativeBackend, inputs: readonly tf.Tensor[]) {
    this.#backend = backend;
    this.#inputs = inputs.map(({ dataId }) => this.#typeOf(dataId));
    inputs.forEach(({ dataId }, index) => this.#sources.set(dataId, { from: 'input', index }));
    this.#foreign = new WeakMap(
      Object.values(tf.engine().state.registeredVariables)
        .filter(({ dataId }) => !this.#sources.has(dataId))
        .map(({ dataId, name }) => [dataId, name]),
    );
  }

  /** Puts methods of its own before those of the backend's class. */
  start(): void {
    const { executeSingleOutput, executeMultipleOutputs, readSync } = this.#backend;
    const backend = this.#backend;
    backend.executeSingleOutput = (name, attributes, inputs) => {
      const op = this.#op(name, attributes, inputs);
      const result = executeSingleOutput.call(backend, name, attributes, inputs);
      this.#keep(op, [result]);
      return result;
    };
    backend.executeMultipleOutputs = (name, attributes, inputs, count) => {
      const op = this.#op(name, attributes, inputs);
      const results = executeMultipleOutputs.call(backend, name, attributes, inputs, count);
      this.#keep(op, results);
      return results;
    };
    backend.readSync = (dataId) => {
      const source = this.#sources.get(dataId);
      if (source !== undefined && source.from !== 'constant' && !this.#isChecking) {
        this.#refuse('it reads the value of a tensor');
      }
      return readSync.call(backend, dataId);
    };
    for (const name of CHECKING_KERNELS) {
      const config = tf.getKernel(name, tf.getBackend());
      const { kernelFunc } = config;
      this.#stockKernels.set(config, kernelFunc);
      config.kernelFunc = (args) => {
        this.#isChecking = true;
        try {
          return kernelFunc(args);
        } finally {
          this.#isChecking = false;
        }
      };
    }
  }

  stop(): void {
    for (const name of ['executeSingleOutput', 'executeMultipleOutputs', 'readSync'] as const) {
      delete (this.#backend as Partial<NativeBackend>)[name];
    }
    for (const [config, kernelFunc] of this.#stockKernels) config.kernelFunc = kernelFunc;
  }

  delay(tensors: readonly tf.Tensor[], until: tf.Tensor): tf.Tensor[] {
    const after = this.#source(until);
    return tensors.map((tensor) => {
      const { dtype } = this.#typeOf(tensor.dataId);
      const type = { name: 'T', type: this.#backend.binding.TF_ATTR_TYPE, value: dtype };
      const copy = this.#backend.executeSingleOutput('Identity', [type], [tensor]);
      this.#ops.push({ ...(this.#ops.pop() as RecordedOp), after });
      return copy;
    });
  }

  finish(results: readonly tf.Tensor[]): Recording | undefined {
    const outputs = results.map(({ dataId }) => ({
      ...this.#source({ dataId } as tf.TensorInfo),
      ...this.#typeOf(dataId),
    }));
    if (this.reason !== '') return undefined;
    return { inputs: this.#inputs, constants: this.#constants, ops: this.#ops, outputs };
  }

  #refuse(reason: string): void {
    if (this.reason === '') this.reason = reason;
  }

  #typeOf(dataId: object): TensorType {
    const { dtype, shape } = this.#backend.tensorMap.get(dataId);
    return { dtype, shape: [...shape] };
  }

  // Before the op runs: afterwards the values of a constant are TensorFlow's alone.
  #op(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly OpInput[],
  ): Omit<RecordedOp, 'outputs'> {
    if (!isPureOp(name)) this.#refuse(`it executes the op ${name}`);
    const copies = attributes.map((attribute) => ({ ...attribute }));
    return { name, attributes: copies, inputs: inputs.map((input) => this.#source(input)) };
  }

  #keep(op: Omit<RecordedOp, 'outputs'>, results: readonly tf.Tensor[]): void {
    const outputs = results.map(({ dataId }) => this.#typeOf(dataId));
    const index = this.#ops.push({ ...op, outputs }) - 1;
    results.forEach(({ dataId }, output) =>
      this.#sources.set(dataId, { from: 'op', index, output }),
    );
  }

  #source(input: OpInput): Source {
    if (isInt64(input)) {
      return this.#constant({ dtype: DT_INT64, shape: [], bytes: bytesOf(input.valueArray) });
    }
    const { dataId } = input;
    const known = this.#sources.get(dataId);
    if (known !== undefined) return known;
    const variable = this.#foreign.get(dataId);
    if (variable !== undefined)
      this.#refuse(`it uses the variable ${variable}, which is not given`);
    const entry = this.#backend.tensorMap.get(dataId);
    const values = entry.values ?? this.#backend.binding.tensorDataSync(entry.id);
    let source: Source = { from: 'constant', index: 0 };
    if (ArrayBuffer.isView(values)) {
      source = this.#constant({ ...this.#typeOf(dataId), bytes: bytesOf(values) });
    } else {
      this.#refuse('it uses a tensor of strings');
    }
    this.#sources.set(dataId, source);
    return source;
  }

  /** Equal constants become one. */
  #constant(constant: Constant): Source {
    const { dtype, shape, bytes } = constant;
    const key = `${dtype} ${shape.join('x')} ${Buffer.from(bytes).toString('base64')}`;
    let index = this.#constantAt.get(key);
    if (index === undefined) {
      index = this.#constants.push(constant) - 1;
      this.#constantAt.set(key, index);
    }
    return { from: 'constant', index };
  }
}

/** A copy of the numbers' bytes. */
function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}
