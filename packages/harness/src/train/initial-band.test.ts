import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { architectureOf, trainedModel } from '../config/index.js';
import { buildLanguageModel } from '../network/index.js';
import { watchedBands } from './departures.js';
import { initialBand } from './initial-band.js';
import { measureLayers } from './measure-layers.js';
import { smallConfig } from './testing/small-training.js';

beforeAll(() => selectBackend('wasm'));

const probe = Int32Array.from('the cat ', (c) => c.charCodeAt(0));
const options = { probe, paths: 512, seed: 0, stopAt: 1000, stepsPerLayer: 2, workers: 0 };

function build(changes: Parameters<typeof smallConfig>[0], seed: number) {
  const arch = architectureOf(trainedModel(smallConfig(changes)));
  const network = buildLanguageModel({ arch, vocabulary: 256, positions: true, seed });
  onTestFinished(() => void network.model.dispose());
  return { arch, network };
}

it('holds nine in ten of new networks, at every layer', async () => {
  const { arch, network } = build({ model: { depth: 4 } }, 0);
  const band = await initialBand(network, { ...options, arch });
  if (typeof band === 'string') throw new Error(band);
  expect(band.theory).toBe('chain');
  const bands = watchedBands(band.bands);
  const inside = [0, 0, 0, 0];
  const networks = 200;
  const first = network.embedding.getWeights().map((weight) => weight.clone());
  for (let seed = 1; seed <= networks; seed++) {
    const other = build({ model: { depth: 4 } }, seed).network;
    other.embedding.setWeights(first); // The band is that of the network's own V0.
    const layers = await measureLayers(other, probe, 0);
    for (const { record } of layers.slice(1)) {
      const { q05, q95 } = bands.get(record.layer)!;
      const rho = record.metrics.correlationMean!;
      if (q05 <= rho && rho <= q95) inside[record.layer - 1]++;
    }
  }
  // Five standard errors of the share of networks, and of the quantiles from 512 paths: alpha 1e-5.
  const error = Math.sqrt((0.9 * 0.1) / networks + (2 * (0.95 * 0.05)) / options.paths);
  for (const count of inside) expect(Math.abs(count / networks - 0.9)).toBeLessThan(5 * error);
  tf.dispose(first);
});

it('is of the SDE where there is no chain, and a sentence where there is neither', async () => {
  const { arch, network } = build({ model: { block: 'preLN' } }, 0);
  expect(await initialBand(network, { ...options, arch })).toMatch(/LayerNorm|layer/i);
});

it('is a function of the seed', async () => {
  const { arch, network } = build({}, 0);
  const of = (seed: number) => initialBand(network, { ...options, paths: 16, arch, seed });
  expect(await of(1)).toEqual(await of(1));
  expect(await of(2)).not.toEqual(await of(1));
});
