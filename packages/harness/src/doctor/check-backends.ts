import * as tf from '@tensorflow/tfjs-core';
import { selectBackend, type BackendChoice } from '../backend/index.js';
import { describeFailure } from './describe-failure.js';
import type { Finding } from './finding.js';

/** A product of two matrices of this size is what the timing times. */
const SIZE = 256;

/** Wall time of one 256×256 product, in ms: the best of a few after one to warm up. */
function productTime(repeats: number): number {
  return tf.tidy(() => {
    const a = tf.ones([SIZE, SIZE]);
    let best = Infinity;
    for (let i = 0; i <= repeats; i++) {
      const start = performance.now();
      tf.dispose(tf.matMul(a, a));
      if (i > 0) best = Math.min(best, performance.now() - start);
    }
    return best;
  });
}

async function checkBackend(choice: Exclude<BackendChoice, 'auto'>): Promise<Finding> {
  const name = `backend ${choice}`;
  try {
    const { simd, notes } = await selectBackend(choice);
    const time = productTime(choice === 'cpu' ? 1 : 5);
    const detail = `${SIZE}×${SIZE} product in ${time.toFixed(1)} ms${simd ? ', SIMD' : ''}`;
    if (choice === 'cpu' || notes.length === 0) return { name, status: 'ok', detail };
    return { name, status: 'warn', detail, advice: notes.join(' ') };
  } catch (error) {
    return {
      name,
      status: choice === 'wasm' ? 'warn' : 'fail',
      detail: describeFailure(error).detail,
      advice: 'Run npm ci again; until then use --backend cpu, which is slow.',
    };
  }
}

/** Starts each backend, times it, and leaves the best one running. */
export async function checkBackends(): Promise<Finding[]> {
  const findings = [await checkBackend('cpu'), await checkBackend('wasm')];
  return findings.reverse();
}
