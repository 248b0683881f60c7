import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as util from 'node:util';
import type * as tfjs from '@tensorflow/tfjs-core';
import { Failure } from '../../failure.js';
import { platformProblem, thisPlatform } from './check-platform.js';
import { commonJs } from './common-js.js';
import { BINDING_FILE, STDERR_FILE } from './compile-binding.js';
import { findInstallation, type Installation, type InstallationChoice } from './installation.js';

/** The name of the backend, that of tfjs-node. */
const NAME = 'tensorflow';
/** tfjs starts the backend of the highest priority by itself; that of tfjs-node. */
const PRIORITY = 3;

/** The functions of `@tensorflow/tfjs-core`, or of a package that exports them too. */
export type Tfjs = typeof tfjs;

export interface LoadOptions extends InstallationChoice {
  /**
   * The tfjs to register with: the `@tensorflow/tfjs` or `@tensorflow/tfjs-core` that a program
   * uses. Defaults to the tfjs-core this package sees, with the gradients of every kernel.
   */
  tf?: Tfjs;
}

/** A TensorFlow that runs as tfjs's backend. */
export interface LoadedTensorflow {
  version: string;
  /** Whether it computes on a GPU. */
  usesGpu: boolean;
  installation: Installation;
  /** The addon of tfjs-node: operations by name, tensors by number. */
  binding: TensorflowBinding;
  /** Module of tfjs-node's `dist` by its path in there, as `saved_model`. */
  module: (path: string) => unknown;
}

/** What of the addon others use. */
export interface TensorflowBinding {
  TF_Version: string;
  isUsingGpuDevice(): boolean;
}

interface Held {
  hold(): void;
  release(): string;
}

const loaded = new WeakMap<object, Promise<LoadedTensorflow>>();

/**
 * Loads an installed TensorFlow, registers it as the backend `tensorflow` of tfjs and makes it the
 * current one, with `file://` for saving and loading models. Prints nothing. It is loaded once; a
 * later call makes it the current backend again.
 *
 * @throws Failure when none is installed, or it does not load or computes wrong values here
 */
export async function loadTensorflow({
  tf,
  ...choice
}: LoadOptions = {}): Promise<LoadedTensorflow> {
  const target = tf ?? (await ownTfjs());
  const known = loaded.get(target.engine);
  const started = known ?? load(target, findInstallation(choice));
  loaded.set(target.engine, started);
  try {
    const result = await started;
    await target.setBackend(NAME);
    return result;
  } catch (error) {
    loaded.delete(target.engine);
    throw error;
  }
}

async function ownTfjs(): Promise<Tfjs> {
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-layers'); // registers the gradients
  return tf;
}

async function load(tf: Tfjs, installation: Installation): Promise<LoadedTensorflow> {
  const { folder } = installation;
  const problem = platformProblem(thisPlatform());
  if (problem) throw failure(folder, problem);
  const before = tf.getBackend();
  const binding = loadBinding(folder);
  const module = kernels(tf, folder);
  const { NodeJSKernelBackend } = module('nodejs_kernel_backend') as {
    NodeJSKernelBackend: new (binding: unknown, name: string) => tfjs.KernelBackend;
  };
  module('register_all_kernels');
  const gpu = installation.variant === 'gpu';
  const packageName = `@tensorflow/tfjs-node${gpu ? '-gpu' : ''}`;
  tf.registerBackend(NAME, () => new NodeJSKernelBackend(binding, packageName), PRIORITY);
  await tf.setBackend(NAME);
  const wrong = firstWrong(tf);
  if (wrong !== undefined) {
    if (before) await tf.setBackend(before);
    throw failure(folder, `a wrong ${wrong}`);
  }
  const { nodeFileSystemRouter: router } = module('io/file_system') as {
    nodeFileSystemRouter: Parameters<Tfjs['io']['registerLoadRouter']>[0];
  };
  tf.io.registerLoadRouter(router);
  tf.io.registerSaveRouter(router);
  return {
    version: binding.TF_Version,
    usesGpu: binding.isUsingGpuDevice(),
    ...{ installation, binding, module },
  };
}

const failure = (folder: string, got: string, cause?: unknown) =>
  new Failure(
    `loadTensorflow: expected TensorFlow in ${folder} to work here, got ${got}. ` +
      'Install it again (shaped backend install tensorflow --fresh), or use another backend.',
    undefined,
    { cause },
  );

/** The addon, loaded with standard error held back; what was held goes into the failure. */
function loadBinding(folder: string): TensorflowBinding {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  // Lets a captured graph have threads of its own number: see capture/session-config.ts.
  process.env['TF_OVERRIDE_GLOBAL_THREADPOOL'] ??= '1';
  const require = createRequire(import.meta.url);
  let held: Held | undefined;
  let problem: unknown;
  let binding: TensorflowBinding | undefined;
  try {
    held = require(join(folder, STDERR_FILE)) as Held;
    held.hold();
    binding = require(join(folder, BINDING_FILE)) as TensorflowBinding;
  } catch (error) {
    problem = error;
  }
  const said = held?.release() ?? '';
  if (binding) return binding;
  const { message } = problem as Error;
  throw failure(folder, [message, said.trim()].filter(Boolean).join('\n'), problem);
}

/** Loads modules of tfjs-node for `tf`. */
function kernels(tf: Tfjs, folder: string): (path: string) => unknown {
  const dist = join(folder, 'tfjs', 'dist');
  // What tfjs-node 4.22 calls of it was removed in Node 23.
  const older = { isNullOrUndefined: (x: unknown) => x == null, isArray: Array.isArray };
  const protobuf = join(folder, 'tfjs', 'google-protobuf.js');
  const load = commonJs(
    {
      '@tensorflow/tfjs': () => tf,
      '@tensorflow/tfjs-core': () => tf,
      util: () => ({ ...util, ...older }),
      'google-protobuf': () => load(protobuf),
    },
    [join(dist, 'proto', 'api_pb.js')],
  );
  return (path) => load(join(dist, `${path}.js`));
}

/** What of a few exact operations came out wrong, or undefined. */
function firstWrong(tf: Tfjs): string | undefined {
  const cases: Record<string, [() => tfjs.Tensor, number[]]> = {
    product: [() => tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.eye(2)), [1, 2, 3, 4]],
    sum: [() => tf.sum(tf.tensor2d([1, 2, 3, 4], [2, 2]), 1), [3, 7]],
    gather: [() => tf.gather(tf.tensor1d([5, 6, 7]), tf.tensor1d([2, 0], 'int32')), [7, 5]],
  };
  return Object.keys(cases).find((name) => {
    const [make, expected] = cases[name];
    const values = tf.tidy(() => Array.from(make().dataSync()));
    return values.some((value, i) => value !== expected[i]) || values.length !== expected.length;
  });
}
