import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { installPatches } from './install-patches.js';
import { startWasm } from './start-wasm.js';

vi.mock('./batch-mat-mul.js', () => ({
  // A kernel that returns zeros of the right shape.
  batchMatMul:
    (stock: tf.KernelFunc): tf.KernelFunc =>
    (call) => {
      const out = stock(call) as tf.TensorInfo;
      const backend = call.backend as { typedArrayFromHeap(x: tf.TensorInfo): Float32Array };
      backend.typedArrayFromHeap(out).fill(0);
      return out;
    },
}));

describe('installPatches', () => {
  it('takes a kernel that computes wrong values out again and says so', async () => {
    const { notes } = await startWasm();
    expect(notes).toEqual([
      'The faster BatchMatMul kernel was not used (it returned wrong values); batched products run several times slower.',
    ]);
    const four = tf.tidy(() => tf.matMul(tf.ones([1, 4]), tf.ones([4, 1])).dataSync()[0]);
    expect(four).toBe(4);
    expect(await startWasm()).toMatchObject({ notes });
  });

  it('leaves another release of tfjs as it is, and says what is lost', () => {
    const notices = installPatches('4.23.0');
    expect(notices).toHaveLength(2);
    expect(notices[0]).toMatch(/BatchMatMul.*4\.22\.0, got 4\.23\.0/);
    expect(notices[1]).toMatch(/training does not work/);
  });
});
