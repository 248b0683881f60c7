import * as tf from '@tensorflow/tfjs-core';
import { batchMatMul } from './batch-mat-mul.js';
import { unsortedSegmentSum } from './unsorted-segment-sum.js';
import { PATCHED_VERSION } from './wasm-access.js';

interface Patch {
  kernelName: string;
  /** What is lost without the patch, for the notice. */
  without: string;
  kernelFunc: (stock: tf.KernelFunc | undefined) => tf.KernelFunc;
  /** Runs the patched kernel on a case with known values; false when a value is wrong. */
  works: () => boolean;
}

function equal(values: ArrayLike<number>, expected: readonly number[]): boolean {
  return values.length === expected.length && expected.every((value, i) => values[i] === value);
}

/** A batch of matrices of small integers, whose products are exact in float32. */
function integers(...shape: [number, number, number]): tf.Tensor3D {
  const count = shape[0] * shape[1] * shape[2];
  return tf.tensor3d(
    Array.from({ length: count }, (_, i) => ((i * 7) % 11) - 5),
    shape,
  );
}

/** The entries of the product a b, by the definition. */
function product(a: tf.Tensor3D, b: tf.Tensor3D): number[] {
  const [batch, M, K] = a.shape;
  const N = b.shape[2];
  const [x, y] = [a.dataSync(), b.dataSync()];
  const entries: number[] = [];
  for (let row = 0; row < batch * M; row++) {
    const matrix = Math.floor(row / M) * K * N;
    for (let n = 0; n < N; n++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += x[row * K + k] * y[matrix + k * N + n];
      entries.push(sum);
    }
  }
  return entries;
}

const patches: Patch[] = [
  {
    kernelName: 'BatchMatMul',
    without: 'batched products run several times slower',
    kernelFunc: (stock) => batchMatMul(stock as tf.KernelFunc),
    works: () =>
      tf.tidy(() => {
        const a = integers(2, 20, 16);
        const b = integers(2, 16, 18);
        const once = tf.slice(b, 0, 1);
        const swapped = tf.transpose(b, [0, 2, 1]);
        return (
          equal(tf.matMul(a, swapped, false, true).dataSync(), product(a, b)) &&
          equal(tf.matMul(a, once).dataSync(), product(a, tf.tile(once, [2, 1, 1])))
        );
      }),
  },
  {
    kernelName: 'UnsortedSegmentSum',
    without: 'an embedding has no gradient, so training does not work',
    kernelFunc: () => unsortedSegmentSum,
    works: () =>
      tf.tidy(() => {
        const rows = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
        const ids = tf.tensor1d([2, 0, 2], 'int32');
        return equal(tf.unsortedSegmentSum(rows, ids, 3).dataSync(), [3, 4, 0, 0, 6, 8]);
      }),
  },
];

const installed = new Map<string, string | undefined>();

function install({ kernelName, without, kernelFunc, works }: Patch): string | undefined {
  const stock = tf.getKernel(kernelName, 'wasm') as tf.KernelConfig | undefined;
  if (stock !== undefined) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    ...(stock ?? { kernelName, backendName: 'wasm' }),
    kernelFunc: kernelFunc(stock?.kernelFunc),
  });
  let why = 'it returned wrong values';
  try {
    if (works()) return undefined;
  } catch (error) {
    why = (error as Error).message;
  }
  tf.unregisterKernel(kernelName, 'wasm');
  if (stock !== undefined) tf.registerKernel(stock);
  return `The faster ${kernelName} kernel was not used (${why}); ${without}.`;
}

/**
 * Puts the patched kernels into the running wasm backend, and returns a notice for each that was
 * not used: another release of tfjs, or a kernel that failed its check and was taken out again.
 *
 * @param version the release of the wasm backend
 */
export function installPatches(version: string): string[] {
  if (version !== PATCHED_VERSION) {
    return patches.map(
      ({ kernelName, without }) =>
        `The faster ${kernelName} kernel is made for tfjs ${PATCHED_VERSION}, got ${version}: not used; ${without}.`,
    );
  }
  for (const patch of patches) {
    if (!installed.has(patch.kernelName)) installed.set(patch.kernelName, install(patch));
  }
  return [...installed.values()].filter((notice) => notice !== undefined);
}
