import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as tfl from '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { BINDING_FILE, STDERR_FILE } from './compile-binding.js';
import { findInstallation, RECORD_FILE } from './installation.js';
import { loadTensorflow, type LoadedTensorflow } from './load-tensorflow.js';
import { probeInstallation } from './probe-installation.js';
import { temporaryFolder } from './testing/fake-tools.js';

const cache = inject('tensorflow')?.cache;

describe('loadTensorflow where none is installed', () => {
  it('says how to install it', async () => {
    await expect(loadTensorflow({ tf, cache: temporaryFolder() })).rejects.toThrow(
      /expected TensorFlow in .*, got none\. Install it: shaped backend install tensorflow/,
    );
  });
});

describe.skipIf(cache === undefined)('loadTensorflow', () => {
  let loaded: LoadedTensorflow;
  beforeAll(async () => {
    await tf.setBackend('cpu');
    loaded = await loadTensorflow({ tf, cache });
  });
  afterAll(() => void tf.setBackend('cpu'));

  it('registers TensorFlow and makes it the current backend, again when asked again', async () => {
    expect(tf.getBackend()).toBe('tensorflow');
    expect(loaded.version).toBe(loaded.installation.version);
    await tf.setBackend('cpu');
    expect(await loadTensorflow({ tf, cache })).toBe(loaded);
    expect(tf.getBackend()).toBe('tensorflow');
  });

  it('states what it was made of', () => {
    const { wheels, packages } = loaded.installation;
    expect(wheels[0].sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(packages.join()).toContain('@tensorflow/tfjs-node-gpu@4.22.0 sha512-');
  });

  it('has gradients', () => {
    const slope = tf.tidy(() =>
      tf
        .grad((x) => tf.sum(tf.square(x)))(tf.tensor1d([1, -2]))
        .arraySync(),
    );
    expect(slope).toEqual([2, -4]);
  });

  it('saves a model to a file and loads it', async () => {
    const path = `file://${join(temporaryFolder(), 'model')}`;
    const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 3, inputShape: [2] })] });
    await model.save(path);
    const again = await tfl.loadLayersModel(`${path}/model.json`);
    const x = tf.ones([1, 2]);
    const [before, after] = [model, again].map((one) => (one.predict(x) as tf.Tensor).dataSync());
    expect(after).toEqual(before);
  });

  it('leaves the process as it was: no global name, nothing printed', () => {
    expect(Object.keys(globalThis)).not.toContain('proto');
    expect('isNullOrUndefined' in process).toBe(false);
    const spies = (['log', 'warn', 'error', 'info'] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation(() => undefined),
    );
    tf.tidy(() => tf.topk(tf.tensor1d([3, 1, 2]), 2).values.dataSync());
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it('leaks no tensor', () => {
    const step = () => tf.tidy(() => void tf.matMul(tf.ones([8, 8]), tf.ones([8, 8])).dataSync());
    const count = () =>
      (loaded.binding as unknown as { getNumOfTensors(): number }).getNumOfTensors();
    step();
    const before = count();
    for (let i = 0; i < 20; i++) step();
    expect(count()).toBe(before);
  });

  it('computes in several threads at once', async () => {
    const rounds = 2_000;
    const binding = join(loaded.installation.folder, BINDING_FILE);
    const sums = [1, 2, 3, 4].map((scale) => {
      const worker = new Worker(new URL('./testing/thread.mjs', import.meta.url), {
        workerData: { binding, rounds, scale },
      });
      return new Promise((resolve, reject) =>
        worker.once('message', resolve).once('error', reject),
      );
    });
    expect(await Promise.all(sums)).toEqual([1, 2, 3, 4].map((scale) => scale * scale * rounds));
  });

  it('says what is wrong with an installation that was damaged', async () => {
    const { folder, name } = findInstallation({ cache });
    const damaged = temporaryFolder();
    mkdirSync(join(damaged, name));
    for (const file of [RECORD_FILE, STDERR_FILE])
      cpSync(join(folder, file), join(damaged, name, file));
    writeFileSync(join(damaged, name, BINDING_FILE), 'no addon');
    const other = { ...tf, engine: () => tf.engine() };
    await expect(loadTensorflow({ tf: other, cache: damaged })).rejects.toThrow(
      /expected TensorFlow in .* to work here, got .*(file too short|invalid ELF).* Install it again/s,
    );
  });

  it('answers a probe in a process of its own', async () => {
    const { folder, version } = loaded.installation;
    expect(await probeInstallation(folder)).toEqual({ version, usesGpu: loaded.usesGpu });
    expect(existsSync(join(folder, 'tensorflow', 'libtensorflow_cc.so.2'))).toBe(true);
    expect(JSON.parse(readFileSync(join(folder, RECORD_FILE), 'utf8'))).toMatchObject({ version });
  });
});
