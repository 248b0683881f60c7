import * as tf from '@tensorflow/tfjs-core';
import { cacheFolder } from './native/cache-folder.js';
import { detectGpu } from './native/gpu.js';
import { listInstallations } from './native/installation.js';
import { loadTensorflow } from './native/load-tensorflow.js';
import { readPreference } from './native/preference.js';

/**
 * Starts the installed TensorFlow, that of `shaped backend use` where there are several, and makes
 * it the current backend. Returns its version, and a notice when one with GPU computes without.
 *
 * @throws Failure when none is installed or it does not work here
 */
export async function startTensorflow(): Promise<{ version: string; notes: string[] }> {
  const cache = cacheFolder();
  const preferred = readPreference(cache)?.installation;
  const chosen = listInstallations(cache).find(({ name }) => name === preferred);
  const choice = chosen && { version: chosen.version, gpu: chosen.variant === 'gpu' };
  const { version, usesGpu, installation } = await loadTensorflow({ tf, cache, ...choice });
  if (installation.variant === 'cpu' || usesGpu) return { version, notes: [] };
  const { found, advice = 'See shaped doctor.' } = await detectGpu();
  return {
    version,
    notes: [`TensorFlow has GPU support but uses the processor: ${found}. ${advice}`],
  };
}
