import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';

const require = createRequire(import.meta.url);

/** The folder of a built addon, from the environment; tests that need it are skipped without. */
const folder = process.env['SHAPED_TENSORFLOW'];
export const hasNative = folder !== undefined && existsSync(join(folder, 'tfjs_binding.node'));

/** Starts native TensorFlow and makes it the current backend. */
export async function startNative(): Promise<void> {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  const home = '@tensorflow/tfjs-node/dist';
  const binding: unknown = require(join(folder!, 'tfjs_binding.node'));
  require(`${home}/register_all_kernels`);
  const { NodeJSKernelBackend } = require(`${home}/nodejs_kernel_backend`) as {
    NodeJSKernelBackend: new (binding: unknown, name: string) => tf.KernelBackend;
  };
  if (tf.findBackend('tensorflow') == null) {
    const name = '@tensorflow/tfjs-node';
    tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, name), 3);
  }
  await tf.setBackend('tensorflow');
}
