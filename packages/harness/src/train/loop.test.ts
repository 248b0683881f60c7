import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { BACKENDS, useBackend } from '../metrics/testing/backends.js';
import type { LanguageModel } from '../network/index.js';
import { trainLoop, type TrainLog, type TrainOutcome } from './loop.js';
import { networkOf, smallConfig, textOf } from './testing/small-training.js';

const quiet: TrainLog = {
  train: () => undefined,
  validation: () => undefined,
  layers: () => undefined,
};

/** Trains the network of a configuration. */
async function train(
  network: LanguageModel,
  config: ReturnType<typeof smallConfig>,
  log: Partial<TrainLog> = {},
): Promise<TrainOutcome> {
  const { text, validation } = await textOf(config);
  return trainLoop({
    ...{ network, settings: config.train, text, validation, seed: config.seed },
    probe: validation[0].inputs,
    now: () => 0,
    log: { ...quiet, ...log },
  });
}

const weightsOf = ({ model }: LanguageModel) =>
  model.weights.map((weight) => Array.from(weight.read().dataSync()));

/** Puts a number into the first entry of a weight. */
function poison(network: LanguageModel, layer: string, name: string, value: number): void {
  const weight = network.model
    .getLayer(layer)
    .weights.find(({ originalName }) => originalName.endsWith(name))!;
  const values = weight.read().dataSync().slice();
  values[0] = value;
  weight.write(tf.tensor(values, weight.shape as number[]));
}

describe.each(BACKENDS)('trainLoop on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('changes no bit of the weights by measuring', async () => {
    const often = smallConfig({ metricsEvery: 1, evaluateEvery: 1 });
    const seldom = { ...often, train: { ...often.train, metricsEvery: 100, evaluateEvery: 100 } };
    const networks = [often, seldom].map((config) => networkOf(config));
    const before = weightsOf(networks[0]);
    await train(networks[0], often);
    await train(networks[1], seldom);
    expect(weightsOf(networks[0])).toEqual(weightsOf(networks[1]));
    expect(weightsOf(networks[0])).not.toEqual(before);
  });

  it('changes no bit of the weights by any metric', async () => {
    const all = smallConfig({ metricsEvery: 1 }).train.metrics;
    const names = Object.keys(all).filter((name) => name !== 'bandPaths');
    const without = (list: string[]) => ({
      ...all,
      ...Object.fromEntries(list.map((name) => [name, false])),
    });
    const single = backend === 'wasm' ? names.map((name) => without([name])) : [];
    const trained: number[][][] = [];
    for (const metrics of [all, without(names), ...single]) {
      const config = smallConfig({ metricsEvery: 1, metrics, dropout: 0.1 });
      const network = networkOf(config);
      await train(network, config);
      trained.push(weightsOf(network));
    }
    for (const weights of trained.slice(1)) expect(weights).toEqual(trained[0]);
  });

  it('stops when the validation loss has not fallen for as long as its patience', async () => {
    // A learning rate that does harm at once, and no more clipping than needed to stay finite.
    const config = smallConfig({ steps: 40, evaluateEvery: 2, patience: 3, learningRate: 1 });
    const losses: number[] = [];
    const last: boolean[] = [];
    const outcome = await train(networkOf(config), config, {
      validation: ({ loss }) => losses.push(loss),
      layers: (_, __, isLast) => last.push(isLast),
    });
    const best = losses.indexOf(Math.min(...losses));
    expect(losses.length - 1 - best).toBe(3);
    expect(outcome).toEqual({ steps: 2 * (losses.length - 1), stoppedEarly: true });
    expect(outcome.steps).toBeLessThan(40);
    expect(last.filter(Boolean)).toEqual([true]);
    expect(last.at(-1)).toBe(true);
  });

  it('changes every weight', async () => {
    const config = smallConfig();
    const network = networkOf(config);
    const before = weightsOf(network);
    await train(network, config);
    const names = network.model.weights.map(({ originalName }) => originalName);
    weightsOf(network).forEach((values, i) => expect(values, names[i]).not.toEqual(before[i]));
  });

  it('holds the same number of tensors after every step', async () => {
    const config = smallConfig({ steps: 8, metricsEvery: 2, evaluateEvery: 3 });
    const counts: number[] = [];
    await train(networkOf(config), config, { train: () => counts.push(tf.memory().numTensors) });
    // The first update makes Adam's moments, which stay.
    expect(new Set(counts)).toEqual(new Set([counts[0]]));
    expect(counts).toHaveLength(8);
  });

  it.each([
    ['embedding', 'position/kernel', NaN, 'embedding: weight position/kernel'],
    ['layer_1', 'mlp/pre/kernel', Infinity, 'layer 2 of 2: weight mlp/pre/kernel'],
    ['final_norm', 'gain', NaN, 'final_norm: weight gain'],
  ])('names the layer and tensor of a poisoned %s/%s', async (layer, name, value, place) => {
    const config = smallConfig();
    const network = networkOf(config);
    poison(network, layer, name, value);
    await expect(train(network, config)).rejects.toThrow(
      `Training stopped at step 0: ${place} is not finite.`,
    );
  });

  it('stops when the loss is so large that its perplexity is infinite', async () => {
    const config = smallConfig();
    const network = networkOf(config);
    poison(network, 'readout', 'bias', 1e4); // Byte 0 is never the next.
    await expect(train(network, config)).rejects.toThrow(
      /Training stopped at step 0: expected a finite perplexity, got loss \d+.* in readout/,
    );
  });

  it('names the gradient where it overflows though the loss does not', async () => {
    const config = smallConfig();
    const network = networkOf(config);
    // The readout makes nothing of the largest number, but its gradient is of that size.
    poison(network, 'final_norm', 'gain', 1e30);
    const { weights } = network.model.getLayer('readout');
    const kernel = weights.find(({ originalName }) => originalName.endsWith('kernel'))!;
    const [width, vocabulary] = kernel.shape as number[];
    const values = kernel.read().dataSync().slice().fill(0, 0, vocabulary);
    kernel.write(tf.tensor2d(values, [width, vocabulary]));
    await expect(train(network, config)).rejects.toThrow(
      'Training stopped at step 0: the norm of the gradient is not finite. Lower',
    );
  });

  it('does not end well with a weight that no batch has met and that is not finite', async () => {
    const config = smallConfig();
    const network = networkOf(config);
    poison(network, 'embedding', 'token/kernel', NaN); // Byte 0 is not in the text.
    await expect(train(network, config)).rejects.toThrow(
      'Training stopped at step 6: embedding: weight token/kernel is not finite.',
    );
  });
});
