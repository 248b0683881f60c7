import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of every kernel, which the Node build of tfjs-core leaves out.
import '@tensorflow/tfjs-layers';
import { Failure } from '../failure.js';
import type { WasmAccess } from './wasm-access.js';

function equal(tensor: tf.Tensor, expected: readonly number[]): boolean {
  const values = tensor.dataSync();
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

/** The first of the claims that does not hold, as a sentence. */
function firstWrong(claims: [what: string, holds: boolean][]): string | undefined {
  const wrong = claims.find(([, holds]) => !holds);
  return wrong && `it returned wrong ${wrong[0]}`;
}

/** Compares batched products, one with a shared right operand, and their gradients with loops. */
export function checkBatchMatMul(): string | undefined {
  return tf.tidy(() => {
    const a = integers(2, 20, 16);
    const b = integers(2, 16, 18);
    const dy = integers(2, 20, 18);
    const once = tf.slice(b, 0, 1);
    const swap = (x: tf.Tensor3D): tf.Tensor3D => tf.transpose(x, [0, 2, 1]);
    const swapped = swap(b);
    const multiply = (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y, false, true);
    const [da, db] = tf.grads(multiply)([a, swapped], dy);
    return firstWrong([
      ['values', equal(multiply(a, swapped), product(a, b))],
      ['values', equal(tf.matMul(a, once), product(a, tf.tile(once, [2, 1, 1])))],
      ['gradients', equal(da, product(dy, swapped)) && equal(db, product(swap(dy), a))],
    ]);
  });
}

/** Compares a sum of rows, and the gradient of an embedding, with those added by hand. */
export function checkUnsortedSegmentSum(): string | undefined {
  return tf.tidy(() => {
    const rows = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    const ids = tf.tensor1d([2, 0, 2], 'int32');
    const sums = [3, 4, 0, 0, 6, 8];
    const embedding = tf.zeros([3, 2]);
    return firstWrong([
      ['values', equal(tf.unsortedSegmentSum(rows, ids, 3), sums)],
      ['gradients', equal(tf.grad((E) => tf.gather(E, ids))(embedding, rows), sums)],
    ]);
  });
}

/** Clones, disposes of the first of two, and takes a gradient through a clone. */
export function checkIdentity(): string | undefined {
  return tf.tidy(() => {
    const x = tf.tensor1d([1, -2, 3]);
    const twin = tf.clone(x);
    const slope = tf.grad((y) => tf.square(tf.clone(y)))(x);
    x.dispose();
    return firstWrong([
      ['values', equal(twin, [1, -2, 3])],
      ['gradients', equal(slope, [2, -4, 6])],
    ]);
  });
}

/** Asks for a tensor of more than 2^32 bytes, of which WebAssembly sees the low 32 bits: a refusal is right. */
export function checkHeapGuard(): string | undefined {
  const backend = tf.backend() as unknown as WasmAccess;
  try {
    backend.disposeData(backend.makeOutput([2 ** 15, 2 ** 15 + 1], 'float32').dataId);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
  return 'it let a full heap pass';
}
