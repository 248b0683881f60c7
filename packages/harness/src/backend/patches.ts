import * as tf from '@tensorflow/tfjs-core';
import { batchMatMul } from './batch-mat-mul.js';
import { guardHeap } from './heap-guard.js';
import {
  checkBatchMatMul,
  checkHeapGuard,
  checkIdentity,
  checkUnsortedSegmentSum,
} from './patch-checks.js';
import { sharedIdentity } from './shared-identity.js';
import { unsortedSegmentSum } from './unsorted-segment-sum.js';
import type { WasmAccess, WasmPart } from './wasm-access.js';

/** A change to the wasm backend. */
export interface Patch {
  name: string;
  /** What is lost without it, for the notice. */
  without: string;
  /** What it uses of the backend's private parts. */
  needs: readonly WasmPart[];
  /** Puts it in, and returns what takes it out again. */
  install: (backend: WasmAccess) => () => void;
  /** Tries it on a case with known results. Returns what went wrong; undefined where all is right. */
  check: () => string | undefined;
}

/** The kernels that the backend ships, of those that were replaced. */
const shipped = new Map<string, tf.KernelConfig | undefined>();

function register(kernelName: string, config: tf.KernelConfig | undefined): void {
  if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm');
  if (config !== undefined) tf.registerKernel(config);
}

/** Replaces a kernel of the wasm backend, or adds it, and returns what puts the shipped one back. */
function replaceKernel(
  kernelName: string,
  kernelFunc: (stock: tf.KernelFunc | undefined) => tf.KernelFunc,
): () => void {
  if (!shipped.has(kernelName)) shipped.set(kernelName, tf.getKernel(kernelName, 'wasm'));
  const stock = shipped.get(kernelName);
  register(kernelName, {
    ...(stock ?? { kernelName, backendName: 'wasm' }),
    kernelFunc: kernelFunc(stock?.kernelFunc),
  });
  return () => register(kernelName, stock);
}

export const PATCHES: readonly Patch[] = [
  {
    name: 'matMul',
    without: 'batched products run several times slower',
    needs: [
      'wasm.cwrap',
      'wasm.tfjs.registerTensor',
      'wasm.tfjs.disposeData',
      'dataIdNextNumber',
      'dataIdMap.get',
      'makeOutput',
      'disposeData',
    ],
    install: () => replaceKernel('BatchMatMul', (stock) => batchMatMul(stock as tf.KernelFunc)),
    check: checkBatchMatMul,
  },
  {
    name: 'segment sum',
    without: 'an embedding has no gradient, so training does not work',
    needs: ['makeOutput', 'typedArrayFromHeap'],
    install: () => replaceKernel('UnsortedSegmentSum', () => unsortedSegmentSum),
    check: checkUnsortedSegmentSum,
  },
  {
    name: 'clone',
    without: 'a training takes about twice the memory',
    needs: ['incRef'],
    install: () => replaceKernel('Identity', (stock) => sharedIdentity(stock as tf.KernelFunc)),
    check: checkIdentity,
  },
  {
    name: 'heap guard',
    without: 'numbers may be wrong, without a word, once 4 GiB are full',
    needs: ['wasm._malloc', 'wasm._free', 'makeOutput', 'disposeData'],
    install: guardHeap,
    check: checkHeapGuard,
  },
];
