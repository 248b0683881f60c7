import * as tf from '@tensorflow/tfjs-core';
import { batchOffsets } from './batch-offsets.js';
import { sizeOf, type WasmAccess } from './wasm-access.js';

const BYTES = Float32Array.BYTES_PER_ELEMENT;

/**
 * Multiplications a matrix up to which the shipped loops beat XNNPACK's fixed cost of about 1.5 µs
 * a product (measured: 8×32×8 1.6 times faster in loops, 16×16×16 1.5 times faster in XNNPACK).
 */
const SMALL_PRODUCT = 2048;

/** One XNNPACK product of registered tensors: [1, M, K] times [1, K, N]. */
type Multiply = (a: number, b: number, out: number, M: number, K: number, N: number) => void;

interface Engine {
  multiply: Multiply;
  /** Three tensor ids of our own, pointed at one matrix of a batch after the other. */
  views: [number, number, number];
}

const engines = new WeakMap<WasmAccess, Engine>();

function engineOf(backend: WasmAccess): Engine {
  let engine = engines.get(backend);
  if (engine === undefined) {
    const call = backend.wasm.cwrap('BatchMatMul', null, [
      'number',
      'array',
      'number',
      'number',
      'array',
      'number',
      'number',
      'number',
      'number',
    ]);
    const bytes = (...shape: number[]) => new Uint8Array(Int32Array.from(shape).buffer);
    engine = {
      multiply: (a, b, out, M, K, N) => call(a, bytes(1, M, K), 3, b, bytes(1, K, N), 3, 0, 0, out),
      views: [backend.dataIdNextNumber++, backend.dataIdNextNumber++, backend.dataIdNextNumber++],
    };
    engines.set(backend, engine);
  }
  return engine;
}

/** The matrices of `x` transposed, by the backend's own Transpose kernel. */
function transposed(x: tf.TensorInfo, backend: WasmAccess): tf.TensorInfo {
  const rank = x.shape.length;
  const perm = x.shape.map((_, axis) => axis);
  [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  const kernel = tf.getKernel('Transpose', 'wasm');
  return kernel.kernelFunc({ inputs: { x }, backend, attrs: { perm } }) as tf.TensorInfo;
}

/**
 * The BatchMatMul kernel of the wasm backend through XNNPACK for every shape.
 *
 * The kernel as shipped calls XNNPACK only for one untransposed matrix and runs naive loops
 * otherwise; and it gets the size of the result wrong when both operands broadcast. Here
 * transposed operands are transposed first, a right operand shared by the whole batch takes the
 * batch as more rows, and any other batch is multiplied matrix by matrix.
 *
 * XNNPACK packs the right operand and keeps it under its tensor id until that is disposed of: a
 * second copy of every weight and of many gradients. So right operands go under ids of our own, which
 * are disposed of after each product.
 *
 * @param stock the shipped kernel, kept for batches of small matrices, where its loops are faster,
 *   for empty operands, and for its error messages
 */
export function batchMatMul(stock: tf.KernelFunc): tf.KernelFunc {
  return ({ inputs, backend: anyBackend, attrs }) => {
    const backend = anyBackend as WasmAccess;
    const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
    let a = inputs.a as tf.TensorInfo;
    let b = inputs.b as tf.TensorInfo;
    const rows = a.shape.at(transposeA ? -1 : -2) as number;
    const columns = b.shape.at(transposeB ? -2 : -1) as number;
    const floats = a.dtype === 'float32' && b.dtype === 'float32';
    const inner = a.shape.at(transposeA ? -2 : -1) as number;
    const fits = inner === b.shape.at(transposeB ? -1 : -2);
    const empty = sizeOf(a.shape) === 0 || sizeOf(b.shape) === 0;
    const sameBatch = a.shape.slice(0, -2).join() === b.shape.slice(0, -2).join();
    const small = sameBatch && rows * inner * columns <= SMALL_PRODUCT;
    if (!floats || !fits || empty || small) {
      return stock({ inputs, backend: anyBackend, attrs });
    }
    const temporary: tf.TensorInfo[] = [];
    if (transposeA) temporary.push((a = transposed(a, backend)));
    if (transposeB) temporary.push((b = transposed(b, backend)));
    const [M, K] = a.shape.slice(-2);
    const N = b.shape[b.shape.length - 1];
    const batchA = a.shape.slice(0, -2);
    const batchB = b.shape.slice(0, -2);
    const batch = tf.broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
    const out = backend.makeOutput([...batch, M, N], 'float32');
    const [dataA, dataB, dataOut] = [a, b, out].map(({ dataId }) => backend.dataIdMap.get(dataId));
    const { multiply, views } = engineOf(backend);
    const [viewA, viewB, viewOut] = views;
    const { registerTensor, disposeData } = backend.wasm.tfjs;

    if (sizeOf(batchB) === 1) {
      registerTensor(viewB, K * N, dataB.memoryOffset);
      multiply(dataA.id, viewB, dataOut.id, sizeOf(batchA) * M, K, N);
      disposeData(viewB);
    } else {
      const ofA = batchOffsets(batchA, batch);
      const ofB = batchOffsets(batchB, batch);
      for (let i = 0; i < ofA.length; i++) {
        registerTensor(viewA, M * K, dataA.memoryOffset + ofA[i] * M * K * BYTES);
        registerTensor(viewB, K * N, dataB.memoryOffset + ofB[i] * K * N * BYTES);
        registerTensor(viewOut, M * N, dataOut.memoryOffset + i * M * N * BYTES);
        multiply(viewA, viewB, viewOut, M, K, N);
        for (const view of views) disposeData(view);
      }
    }
    for (const { dataId } of temporary) backend.disposeData(dataId);
    return out;
  };
}
