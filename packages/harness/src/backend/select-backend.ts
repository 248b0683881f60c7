import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of every kernel, which the Node build of tfjs-core leaves out.
import '@tensorflow/tfjs-layers';
import { Failure } from '../failure.js';
import { startWasm } from './start-wasm.js';

/** What the user asked for; `auto` takes wasm where it works, else cpu. */
export type BackendChoice = 'auto' | 'wasm' | 'cpu';

/** The tfjs backend that runs, and why. */
export interface SelectedBackend {
  name: 'wasm' | 'cpu';
  reason: string;
  simd: boolean;
  /** What works worse than it could, and what to do about it. */
  notes: string[];
}

async function cpu(reason: string, notes: string[]): Promise<SelectedBackend> {
  await tf.setBackend('cpu');
  await tf.ready();
  return { name: 'cpu', reason, simd: false, notes };
}

/**
 * Starts a tfjs backend, makes it the current one and says which and why. Later calls switch.
 *
 * @param start starts wasm; replaced in tests
 * @throws Failure when `wasm` was asked for and does not start
 */
export async function selectBackend(
  choice: BackendChoice,
  start: typeof startWasm = startWasm,
): Promise<SelectedBackend> {
  // Only tfjs's own notices are silenced by this: the advertisement of another backend, and the
  // warnings about kernels registered twice.
  tf.enableProdMode();
  if (choice === 'cpu') {
    return cpu('asked for', ['The cpu backend is a slow reference: use wasm for real runs.']);
  }
  try {
    const { simd, notes } = await start();
    const reason = choice === 'wasm' ? 'asked for' : 'the fastest backend that needs no install';
    return { name: 'wasm', reason, simd, notes };
  } catch (cause) {
    const why = (cause as { message?: string }).message ?? String(cause);
    if (choice === 'wasm') {
      throw new Failure(
        `selectBackend: expected wasm to start, got: ${why}. Use --backend cpu (slow), or see shaped doctor.`,
        undefined,
        { cause },
      );
    }
    return cpu(`wasm does not start here (${why})`, [
      'The cpu backend is a slow reference: expect runs to take about fifty times longer.',
    ]);
  }
}
