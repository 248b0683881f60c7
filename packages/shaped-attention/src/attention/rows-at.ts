import * as tf from '@tensorflow/tfjs-core';

/** The `[1, 1, T, S]` matrix with a one at each query's position, a zero row where that is outside. */
export function alignmentMatrix(positions: Int32Array, keyLength: number): tf.Tensor4D {
  const values = new Float32Array(positions.length * keyLength);
  positions.forEach((p, i) => {
    if (p >= 0 && p < keyLength) values[i * keyLength + p] = 1;
  });
  return tf.tensor4d(values, [1, 1, positions.length, keyLength]);
}

/**
 * The rows of `x` `[B, H, S, V]` at the queries' positions, `[B, H, T, V]`; zeros where a position
 * is outside [0, S).
 *
 * Contiguous positions are a slice. Others are a product with a 0/1 matrix, because the gradient of
 * `gather` needs a kernel that the wasm backend lacks.
 */
export function rowsAt(x: tf.Tensor4D, positions: Int32Array): tf.Tensor4D {
  const keyLength = x.shape[2];
  const queryLength = positions.length;
  const first = positions[0];
  const isContiguous = positions.every((p, i) => p === first + i);
  if (!isContiguous || first < 0 || first + queryLength > keyLength) {
    return tf.matMul(alignmentMatrix(positions, keyLength), x);
  }
  if (queryLength === keyLength) return x;
  return tf.slice(x, [0, 0, first, 0], [-1, -1, queryLength, -1]);
}
