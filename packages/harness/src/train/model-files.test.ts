import { readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { BlockKind } from '@shaped/sde';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../failure.js';
import { BACKENDS, useBackend } from '../metrics/testing/backends.js';
import { logitsOf } from '../network/index.js';
import { loadModel, saveModel } from './model-files.js';
import { networkOf, smallConfig, temporaryFolder } from './testing/small-training.js';

const kinds: BlockKind[] = ['shaped', 'unshaped', 'preLN', 'postLN', 'depthScaled'];

describe.each(BACKENDS)('saveModel and loadModel on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(kinds)('keep every weight and logit of a network of kind %s', async (block) => {
    const network = networkOf(smallConfig({ model: { block } }), 11);
    for (const weight of network.model.weights) {
      const moved = tf.tidy(() => tf.add(weight.read(), 0.125));
      weight.write(moved);
      moved.dispose();
    }
    const folder = temporaryFolder();
    await saveModel(network.model, folder);
    expect(readdirSync(folder).sort()).toEqual(['model.json', 'weights.bin']);
    const loaded = await loadModel(folder);
    const ids = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8, 10, 9, 8, 7, 6, 5, 4, 0], [2, 8], 'int32');
    const logits = logitsOf(network, ids).dataSync();
    expect(logitsOf(loaded, ids).dataSync()).toEqual(logits);
    expect(loaded.blocks).toHaveLength(network.blocks.length);
    expect(loaded.tokens).toBe(network.tokens);
    loaded.model.dispose();
  });

  it('refuses a cut or missing file', async () => {
    const folder = temporaryFolder();
    await saveModel(networkOf(smallConfig()).model, folder);
    truncateSync(join(folder, 'weights.bin'), 100);
    await expect(loadModel(folder)).rejects.toThrow(/loadModel: expected \d+ bytes .* got 100/);
    rmSync(join(folder, 'weights.bin'));
    await expect(loadModel(folder)).rejects.toThrow(Failure);
    rmSync(join(folder, 'model.json'));
    await expect(loadModel(folder)).rejects.toThrow(/Cannot read .*model\.json \(ENOENT\)/);
  });
});
