import * as tf from '@tensorflow/tfjs-core';
import {
  listInstallations,
  platformProblem,
  probeInstallation,
  selectBackend,
  thisPlatform,
  type BackendName,
  type PatchState,
} from '../backend/index.js';
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

/** What to do where a backend does not start. */
const ADVICE: Record<BackendName, string> = {
  tensorflow:
    'Install it again (shaped backend install tensorflow --fresh); until then wasm is used.',
  wasm: 'Run npm ci again; until then use --backend cpu, which is slow.',
  cpu: 'Run npm ci again.',
};

/** What became of a patch of the wasm backend. */
export function describePatch({ name, problem, without }: PatchState): Finding {
  if (problem === undefined) {
    return { name: `wasm ${name}`, status: 'ok', detail: 'patched, and its check holds' };
  }
  const advice = `Run npm ci again; until then ${without}.`;
  return { name: `wasm ${name}`, status: 'warn', detail: `not patched: ${problem}`, advice };
}

async function checkBackend(choice: BackendName): Promise<Finding[]> {
  const name = `backend ${choice}`;
  try {
    const { simd, version, notes, patches = [] } = await selectBackend(choice);
    const time = productTime(choice === 'cpu' ? 1 : 5);
    const how = version ? `, TensorFlow ${version}` : simd ? ', SIMD' : '';
    const detail = `${SIZE}×${SIZE} product in ${time.toFixed(1)} ms${how}`;
    const isGood = choice === 'cpu' || notes.length === 0;
    const finding: Finding = isGood
      ? { name, status: 'ok', detail }
      : { name, status: 'warn', detail, advice: notes.join(' ') };
    return [finding, ...patches.map(describePatch)];
  } catch (error) {
    const status = choice === 'cpu' ? 'fail' : 'warn';
    return [{ name, status, detail: describeFailure(error).detail, advice: ADVICE[choice] }];
  }
}

/** TensorFlow, tried in a process of its own first: what does not fit the machine may end it. */
async function checkTensorflow(): Promise<Finding[]> {
  const name = 'backend tensorflow';
  const problem = platformProblem(thisPlatform());
  if (problem !== undefined) {
    const detail = `does not run on ${problem}; wasm does`;
    return [{ name, status: 'ok', detail }];
  }
  const [installation] = listInstallations();
  if (installation === undefined) {
    const advice = 'Install it, it is faster than wasm: shaped backend install tensorflow';
    return [{ name, status: 'warn', detail: 'not installed', advice }];
  }
  try {
    await probeInstallation(installation.folder);
  } catch (error) {
    return [{ name, status: 'warn', ...describeFailure(error), advice: ADVICE.tensorflow }];
  }
  return checkBackend('tensorflow');
}

/** What runs when no backend is asked for. It is left running. */
async function checkChoice(): Promise<Finding> {
  const { name, reason } = await selectBackend('auto');
  return { name: 'backend', status: 'ok', detail: `auto takes ${name}: ${reason}` };
}

/** Starts each backend, times it, and leaves the one running that commands take by themselves. */
export async function checkBackends(): Promise<Finding[]> {
  const findings = [await checkBackend('cpu'), await checkBackend('wasm'), await checkTensorflow()];
  return [await checkChoice(), ...findings.reverse().flat()];
}
