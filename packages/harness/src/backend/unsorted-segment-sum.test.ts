import * as tf from '@tensorflow/tfjs-core';
import { keyFromSeed, Stream } from '@shaped/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from './select-backend.js';

/** Seven float32 additions of values below 4: each rounds by at most 2^-22. */
const SEVEN_ADDITIONS = 7 * 2 ** -22;

/** The gradient of Σ w ∘ E[ids] with respect to the embedding matrix E [6, 5]. */
function embeddingGradient(): Float32Array {
  const stream = new Stream(keyFromSeed(3));
  return tf.tidy(() => {
    const ids = tf.tensor2d([0, 3, 3, 5, 0, 0, 1, 3], [2, 4], 'int32');
    const weights = tf.tensor(stream.fillNormal(new Float32Array(40)), [2, 4, 5]);
    const embedding = tf.tensor2d(stream.fillNormal(new Float32Array(30)), [6, 5]);
    const gradient = tf.grad((E) => tf.sum(tf.mul(tf.gather(E, ids), weights)))(embedding);
    return gradient.dataSync() as Float32Array;
  });
}

describe('unsortedSegmentSum on wasm', () => {
  beforeAll(() => selectBackend('wasm'));
  afterAll(() => selectBackend('cpu'));

  it('gives an embedding the gradient the cpu backend gives it', async () => {
    const wasm = embeddingGradient();
    await selectBackend('cpu');
    const cpu = embeddingGradient();
    await selectBackend('wasm');
    expect(wasm.length).toBe(30);
    for (let i = 0; i < 30; i++) {
      expect(Math.abs(wasm[i] - cpu[i])).toBeLessThanOrEqual(SEVEN_ADDITIONS);
    }
    expect([...wasm.subarray(10, 15)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('leaves out rows whose id is outside the segments, and adds integers', () => {
    tf.tidy(() => {
      const rows = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2], 'int32');
      const ids = tf.tensor1d([-1, 1, 2], 'int32');
      expect([...tf.unsortedSegmentSum(rows, ids, 2).dataSync()]).toEqual([0, 0, 3, 4]);
    });
  });

  it('leaves no tensor behind', () => {
    embeddingGradient();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 10; i++) embeddingGradient();
    expect(tf.memory().numTensors).toBe(before);
  });
});
