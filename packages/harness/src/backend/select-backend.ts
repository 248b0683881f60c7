import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of every kernel, which the Node build of tfjs-core leaves out.
import '@tensorflow/tfjs-layers';
import { Failure } from '../failure.js';
import type { PatchState } from './install-patches.js';
import { listInstallations } from './native/installation.js';
import { readPreference, type BackendName } from './native/preference.js';
import { startTensorflow } from './start-tensorflow.js';
import { startWasm } from './start-wasm.js';

/** What the user asked for; `auto` takes what they prefer, else tensorflow, else wasm, else cpu. */
export type BackendChoice = 'auto' | BackendName;

/** The tfjs backend that runs, and why. */
export interface SelectedBackend {
  name: BackendName;
  reason: string;
  simd: boolean;
  /** Of TensorFlow. */
  version?: string;
  /** Of wasm: which of its patches are used. */
  patches?: PatchState[];
  /** What works worse than it could, and what to do about it. */
  notes: string[];
}

/** How each backend starts, and what is known of them; replaced in tests. */
export interface BackendStarts {
  tensorflow: typeof startTensorflow;
  wasm: typeof startWasm;
  installed: () => boolean;
  preferred: () => BackendName | undefined;
}

const STARTS: BackendStarts = {
  tensorflow: startTensorflow,
  wasm: startWasm,
  installed: () => listInstallations().length > 0,
  preferred: () => readPreference()?.backend,
};

const SLOW = 'The cpu backend is a slow reference';

/**
 * Starts a tfjs backend, makes it the current one and says which and why. Later calls switch.
 *
 * Of `auto`, a backend that does not start is passed over with a note: first the one chosen by
 * `shaped backend use`, then tensorflow where it is installed, wasm, cpu.
 *
 * @param reason why this one was asked for. Defaults to "asked for"
 * @throws Failure when a backend was asked for and does not start
 */
export async function selectBackend(
  choice: BackendChoice,
  starts: Partial<BackendStarts> = {},
  reason = 'asked for',
): Promise<SelectedBackend> {
  // Only tfjs's own notices are silenced by this: the advertisement of another backend, and the
  // warnings about kernels registered twice.
  tf.enableProdMode();
  const all = { ...STARTS, ...starts };
  if (choice !== 'auto') {
    try {
      return await start(choice, reason, all);
    } catch (cause) {
      const advice = choice === 'wasm' ? 'Use --backend cpu (slow)' : 'Use --backend wasm';
      throw new Failure(
        `selectBackend: expected ${choice} to start, got: ${messageOf(cause)} ${advice}, or see shaped doctor.`,
        undefined,
        { cause },
      );
    }
  }
  const passed: string[] = [];
  for (const [name, why] of candidates(all)) {
    try {
      const selected = await start(name, why, all);
      return { ...selected, notes: [...passed, ...selected.notes] };
    } catch (cause) {
      passed.push(`${name} does not start here: ${messageOf(cause)}`);
    }
  }
  const selected = await start('cpu', passed.join(' '), all);
  return { ...selected, notes: [`${SLOW}: expect runs to take about fifty times longer.`] };
}

/** What `auto` tries, in order, and why each. */
function* candidates({ installed, preferred }: BackendStarts): Generator<[BackendName, string]> {
  const own = preferred();
  if (own !== undefined) yield [own, 'chosen by shaped backend use'];
  const present = installed();
  if (present) yield ['tensorflow', 'installed, and the fastest'];
  const left = present ? 'TensorFlow does not start' : 'TensorFlow is not installed';
  yield ['wasm', `the fastest backend that needs no install; ${left}`];
}

async function start(
  name: BackendName,
  reason: string,
  starts: BackendStarts,
): Promise<SelectedBackend> {
  if (name === 'cpu') {
    await tf.setBackend('cpu');
    await tf.ready();
    return { name, reason, simd: false, notes: [`${SLOW}: use another for real runs.`] };
  }
  if (name === 'wasm') return { name, reason, ...(await starts.wasm()) };
  return { name, reason, simd: true, ...(await starts.tensorflow()) };
}

/** A message without the place it comes from, as a sentence. */
function messageOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.replace(/^[\w.]+: (?=\S)/, '').replace(/\.?$/, '.');
}

/** The name of the backend that is current. */
export function currentBackend(): BackendName {
  return tf.getBackend() as BackendName;
}
