import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { BACKENDS, useBackend, type BackendUnderTest } from '../metrics/testing/backends.js';
import { logitsOf } from '../network/index.js';
import { trainLoop } from './loop.js';
import { loadModel, saveModel } from './model-files.js';
import { networkOf, smallConfig, temporaryFolder, textOf } from './testing/small-training.js';

/**
 * How far losses, gradient norms and logits of the same training may be apart on two backends,
 * relative to the larger: 16 roundings of float32. They differ by the order of summation alone; the
 * largest gap seen in the losses of 6 steps was 1.5 roundings on wasm and 0.8 on TensorFlow, that
 * of logits 2.1 and 1.6.
 */
const TOLERANCE = 16 * 2 ** -23;

/** Losses of a small training, and the folder of the weights it ended with. */
async function trained(backend: BackendUnderTest) {
  await useBackend(backend);
  const config = smallConfig();
  const network = networkOf(config);
  const losses: number[] = [];
  const gradientNorms: number[] = [];
  const { text, validation } = await textOf(config);
  await trainLoop({
    ...{ network, settings: config.train, text, validation, seed: config.seed },
    probe: validation[0].inputs,
    now: () => 0,
    log: {
      train: ({ loss, gradientNorm }) => {
        losses.push(loss);
        gradientNorms.push(gradientNorm);
      },
      validation: ({ loss }) => losses.push(loss),
      layers: () => undefined,
    },
  });
  const folder = temporaryFolder();
  await saveModel(network.model, folder);
  return { folder, losses, gradientNorms };
}

/** The logits that a saved model gives on a backend. */
async function logitsOn(backend: BackendUnderTest, folder: string): Promise<number[]> {
  await useBackend(backend);
  const network = await loadModel(folder);
  onTestFinished(() => void network.model.dispose());
  const ids = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [1, 8], 'int32');
  return Array.from(tf.tidy(() => logitsOf(network, ids).dataSync()));
}

const apart = (a: number, b: number) => Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));

describe.each(BACKENDS.filter((name) => name !== 'cpu'))('%s beside cpu', (backend) => {
  beforeAll(() => useBackend(backend));

  it('trains along the same losses', async () => {
    const [own, reference] = [await trained(backend), await trained('cpu')];
    expect(own.losses).toHaveLength(reference.losses.length);
    const gaps = own.losses.map((loss, i) => apart(loss, reference.losses[i]));
    expect(Math.max(...gaps)).toBeLessThan(TOLERANCE);
    expect(apart(own.gradientNorms[0], reference.gradientNorms[0])).toBeLessThan(TOLERANCE);
    // The losses do fall, by far more than the tolerance.
    expect(apart(own.losses[0], own.losses.at(-1)!)).toBeGreaterThan(1000 * TOLERANCE);
  });

  it('reads and writes the same checkpoints', async () => {
    const { folder } = await trained(backend);
    const [own, reference] = [await logitsOn(backend, folder), await logitsOn('cpu', folder)];
    const largest = Math.max(...reference.map(Math.abs));
    const gaps = own.map((logit, i) => Math.abs(logit - reference[i]) / largest);
    expect(Math.max(...gaps)).toBeLessThan(TOLERANCE);
  });
});
