import type * as tf from '@tensorflow/tfjs-core';
import { sizeOf, type WasmAccess } from './wasm-access.js';

/**
 * The UnsortedSegmentSum kernel, which the wasm backend lacks: out[s] = Σ_{i: segmentIds[i] = s} x[i].
 * It is the gradient of `gather`, so without it no embedding can be trained. Rows whose id is
 * outside [0, numSegments) are left out, as in the cpu backend.
 *
 * x [...ids, ...inner], segmentIds [...ids], out [numSegments, ...inner].
 */
export const unsortedSegmentSum: tf.KernelFunc = ({ inputs, backend: anyBackend, attrs }) => {
  const backend = anyBackend as WasmAccess;
  const { numSegments } = attrs as { numSegments: number };
  const x = inputs.x as tf.TensorInfo;
  const segmentIds = inputs.segmentIds as tf.TensorInfo;
  const inner = x.shape.slice(segmentIds.shape.length);
  const width = sizeOf(inner);
  // The output first: allocating may grow the heap, which detaches views made before.
  const out = backend.makeOutput([numSegments, ...inner], x.dtype);
  const sums = backend.typedArrayFromHeap(out).fill(0);
  const rows = backend.typedArrayFromHeap(x);
  const ids = backend.typedArrayFromHeap(segmentIds);
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i];
    if (id < 0 || id >= numSegments) continue;
    for (let j = 0; j < width; j++) sums[id * width + j] += rows[i * width + j];
  }
  return out;
};
