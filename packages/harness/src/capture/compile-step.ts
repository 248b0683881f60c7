import { performance } from 'node:perf_hooks';
import * as tf from '@tensorflow/tfjs-core';
import { silent, type Reporter } from '../progress/reporter.js';
import { Captured } from './captured.js';
import { nativeBackend, type NativeBackend } from './native-backend.js';
import { record, type Recorded } from './record.js';
import { isSameRecording, type Recording } from './recording.js';
import { productsForRunningSums } from './running-sums.js';

/** A function of tensors that also reads variables; it changes none. */
export type StepFunction = (inputs: tf.Tensor[]) => tf.Tensor[];

export interface CompileOptions {
  /** Every variable that the function reads. */
  variables: readonly tf.Variable[];
  /** What the function is, for the reporter. Defaults to 'step'. */
  name?: string;
  /** Told what a call waits for, and why calls are slower than they could be. */
  reporter?: Pick<Reporter, 'line' | 'warn'>;
  /**
   * Whether XLA compiles the captured graph. Defaults to false: on a processor TensorFlow's own
   * kernels are faster and need no compilation (docs/decisions/graph-capture.md).
   */
  xla?: boolean;
  /**
   * How many parts of the function do not depend on each other, to be computed at the same time with
   * the cores divided among them. Defaults to 1: every op is spread over all cores.
   */
  parts?: number;
}

/** A function that is the given one, only faster. */
export interface CompiledStep {
  (inputs: tf.Tensor[]): tf.Tensor[];
  /** Frees what was compiled. */
  dispose(): void;
}

interface State {
  captured?: Captured;
  /** Runs as it is from now on. */
  eager: boolean;
}

/**
 * The given function, compiled where the backend can.
 *
 * On native TensorFlow the first call with inputs of certain shapes runs the function twice op by op
 * and records what it executes. When both recordings are the same, they become a graph, which this
 * and later calls run as one: TensorFlow optimises it, and runs its ops without a way through
 * JavaScript for each. So every result comes from the graph, and a training that begins at a later
 * step computes the same bits. What cannot be captured (a value read back, random numbers made in
 * JavaScript) runs op by op, with a notice. On every other backend the function is called as it is.
 *
 * Only the inputs and the variables may change from call to call: every other tensor is a constant
 * of the graph.
 */
export function compileStep(step: StepFunction, options: CompileOptions): CompiledStep {
  const { variables, name = 'step', reporter = silent, xla = false, parts = 1 } = options;
  const states = new Map<string, State>();

  function refuse(state: State, why: string): void {
    state.eager = true;
    reporter.warn(
      `The ${name} is not captured as a graph, because ${why}. It runs op by op, slower.`,
    );
  }

  function capture(backend: NativeBackend, state: State, inputs: tf.Tensor[]): void {
    const given = [...variables, ...inputs];
    const recordings: Recording[] = [];
    for (let call = 0; call < 2; call++) {
      const { recording, reason } = recordOnly(backend, given, () => step(inputs));
      if (recording === undefined) return refuse(state, reason);
      recordings.push(recording);
    }
    const [first, second] = recordings;
    if (!isSameRecording(first, second)) {
      return refuse(state, 'two calls of it do not execute the same ops on the same constants');
    }
    try {
      const tuned = productsForRunningSums(second, backend.binding);
      state.captured = new Captured(backend, tuned, { xla, parts });
    } catch (error) {
      refuse(state, (error as Error).message);
    }
  }

  /** The first run optimises or compiles the graph. */
  function runCaptured(state: State, captured: Captured, inputs: tf.Tensor[]): tf.Tensor[] {
    const given = [...variables, ...inputs];
    if (captured.hasRun) return captured.run(given);
    reporter.line(`Preparing the graph of the ${name}, once …`);
    const start = performance.now();
    try {
      const results = captured.run(given);
      const seconds = (performance.now() - start) / 1000;
      reporter.line(`Prepared it in ${seconds.toFixed(1)} s.`);
      return results;
    } catch (error) {
      captured.dispose();
      state.captured = undefined;
      refuse(state, (error as Error).message);
      return step(inputs);
    }
  }

  const compiled = (inputs: tf.Tensor[]): tf.Tensor[] => {
    const backend = nativeBackend();
    if (backend === undefined) return step(inputs);
    const key = JSON.stringify(inputs.map(({ dtype, shape }) => [dtype, shape]));
    const state = states.get(key) ?? { eager: false };
    states.set(key, state);
    if (state.captured === undefined && !state.eager) capture(backend, state, inputs);
    return state.captured === undefined ? step(inputs) : runCaptured(state, state.captured, inputs);
  };
  return Object.assign(compiled, {
    dispose: () => {
      for (const { captured } of states.values()) captured?.dispose();
      states.clear();
    },
  });
}

/** What a call executes; its results are let go. */
function recordOnly(
  backend: NativeBackend,
  inputs: readonly tf.Tensor[],
  fn: () => tf.Tensor[],
): Omit<Recorded, 'results'> {
  let recorded: Recorded | undefined;
  tf.tidy(() => void (recorded = record(backend, inputs, fn)));
  return recorded!;
}
