import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { selectBackend } from '../backend/index.js';
import type { compileStep } from '../capture/index.js';
import { configSchema, type TrainConfig } from '../config/schema.js';
import { BACKENDS, useBackend } from '../metrics/testing/backends.js';
import type { LanguageModel } from '../network/index.js';
import { gradientsOf, lossOf } from './gradients.js';
import { networkOf, smallConfig } from './testing/small-training.js';
import { assignTensors, namedWeights, readTensors } from './network-weights.js';
import { Trainer, type TrainerSettings } from './trainer.js';

beforeAll(() => selectBackend('wasm'));

const idsOf = (text: string) => Int32Array.from(text, (c) => c.charCodeAt(0));
const other = { inputs: idsOf('the dog lay by t'), targets: idsOf('he dog lay by th') };
const batch = { inputs: idsOf('the cat sat on t'), targets: idsOf('he cat sat on th') };

const batches = [batch, other];

const { train: settings } = configSchema.parse({});

/** In place of `compileStep`: the function as it is. */
const asItIs: typeof compileStep = (step) => Object.assign(step, { dispose: () => undefined });

function trainerOf(
  network: LanguageModel,
  changes: Partial<TrainerSettings> = {},
  compile?: typeof compileStep,
): Trainer {
  const trainer = new Trainer(network, { settings: { ...settings, ...changes }, seed: 3, compile });
  onTestFinished(() => trainer.dispose());
  return trainer;
}

/** A float32 sum of squares against one in float64. */
const ROUNDING = 1e-5;

describe('Trainer', () => {
  it('gives the loss and the gradient norm of the weights before the update', () => {
    const network = networkOf(smallConfig());
    const { loss, norm, tensors } = gradientsOf(network, batch);
    tf.dispose(tensors);
    const result = trainerOf(network).step(batch, 0.01);
    expect(result.loss).toBe(loss);
    expect(Math.abs(result.norm / norm - 1)).toBeLessThan(ROUNDING);
  });

  it('lowers the loss of a batch that it sees again and again', () => {
    const network = networkOf(smallConfig());
    const trainer = trainerOf(network);
    const { loss } = trainer.step(batch, 0.01);
    for (let i = 0; i < 20; i++) trainer.step(batch, 0.01);
    expect(lossOf(network, [batch])).toBeLessThan(loss / 2);
  });

  it('changes nothing when the loss is not finite', () => {
    const network = networkOf(smallConfig());
    const [weight] = network.model.getLayer('readout').weights;
    weight.write(tf.fill(weight.shape as number[], NaN));
    const weights = () => network.model.weights.map((w) => Array.from(w.read().dataSync()));
    const before = weights();
    expect(trainerOf(network).step(batch, 0.01).loss).toBeNaN();
    expect(weights()).toEqual(before);
  });

  it('goes on from a state with the same bits, and refuses one of another network', () => {
    const [network, twin] = [networkOf(smallConfig()), networkOf(smallConfig())];
    const [trainer, again] = [trainerOf(network), trainerOf(twin)];
    for (const each of [batch, other]) trainer.step(each, 0.01);
    const state = trainer.state();
    expect(state.updates).toBe(2);
    assignTensors(namedWeights(twin), readTensors(namedWeights(network)));
    again.restore(state);
    for (const each of [trainer, again]) each.step(batch, 0.01);
    expect(again.state()).toEqual(trainer.state());
    expect(readTensors(namedWeights(twin))).toEqual(readTensors(namedWeights(network)));

    const larger = trainerOf(networkOf(smallConfig({ model: { depth: 3 } })));
    expect(() => larger.restore(state)).toThrow(/assignTensors: expected .*layer_2/);
    const wider = trainerOf(networkOf(smallConfig({ model: { width: 32 } })));
    expect(() => wider.restore(state)).toThrow(/assignTensors: expected .* of shape/);
  });

  it('trains by the same numbers, bit for bit, whether blocks are computed again or not', () => {
    const config = smallConfig();
    const [network, twin] = [networkOf(config), networkOf(config)];
    twin.checkpointing = true;
    const [plain, again] = [network, twin].map((each) => trainerOf(each));
    const { numTensors } = tf.memory();
    for (let step = 0; step < 5; step++) {
      expect(again.step(batches[step % 2], 0.01)).toEqual(plain.step(batches[step % 2], 0.01));
    }
    expect(tf.memory().numTensors).toBe(numTensors);
    const [weights, expected] = [twin, network].map(({ model }) =>
      model.weights.map((weight) => Array.from(weight.read().dataSync())),
    );
    expect(weights).toEqual(expected);
  });

  it('leaves no tensor behind', () => {
    const network = networkOf(smallConfig());
    const { numTensors } = tf.memory();
    const trainer = new Trainer(network, { settings });
    trainer.step(batch, 0.01);
    trainer.step(batch, 0.01);
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

/** One batch of both sequences' worth, four sequences. */
const large = {
  inputs: Int32Array.from([...batch.inputs, ...other.inputs]),
  targets: Int32Array.from([...batch.targets, ...other.targets]),
};

const weightsOf = ({ model }: LanguageModel) =>
  model.weights.map((weight) => Array.from(weight.read().dataSync<'float32'>()));

/** The largest distance of two networks' weights. */
function distance(a: LanguageModel, b: LanguageModel): number {
  const [own, others] = [a, b].map(weightsOf);
  return Math.max(...own.flatMap((values, i) => values.map((v, j) => Math.abs(v - others[i][j]))));
}

describe.each(BACKENDS)('Trainer on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each([0, 0.3])('gives a batch in parts the update of the whole (dropout %d)', (dropout) => {
    // Of momentum, since Adam makes a step of the same size of a gradient that is rounding alone.
    const changes = { optimizer: 'sgd', dropout } as const;
    const networks = [1, 2, 4].map((accumulate) => {
      const network = networkOf(smallConfig());
      const trainer = trainerOf(network, { ...changes, accumulate });
      for (let step = 0; step < 4; step++) trainer.step(large, 0.1);
      return network;
    });
    expect(distance(networks[0], networkOf(smallConfig()))).toBeGreaterThan(0.01);
    expect(distance(networks[0], networks[1])).toBeLessThan(ROUNDING);
    expect(distance(networks[0], networks[2])).toBeLessThan(ROUNDING);
  });

  it.each([
    { optimizer: 'adamw', dropout: 0.2 },
    { optimizer: 'sgd', accumulate: 2 },
    { optimizer: 'sgd', momentum: 0 },
  ] as const)('goes on from its state with the same bits: %o', (changes) => {
    // Op by op: the first two steps of a captured one have other roundings than the later.
    const straight = networkOf(smallConfig());
    const trainer = trainerOf(straight, changes, asItIs);
    for (let step = 0; step < 3; step++) trainer.step(batches[step % 2], 0.01);
    const state = trainer.state();
    const weights = straight.model.getWeights().map((weight) => tf.clone(weight));
    for (let step = 3; step < 6; step++) trainer.step(batches[step % 2], 0.01);

    const resumed = networkOf(smallConfig({}, 1));
    resumed.model.setWeights(weights);
    const next = trainerOf(resumed, changes, asItIs);
    next.step(batch, 0.1); // Whatever it did before is forgotten.
    resumed.model.setWeights(weights);
    next.restore(state);
    expect(next.state()).toEqual(state);
    for (let step = 3; step < 6; step++) next.step(batches[step % 2], 0.01);
    expect(weightsOf(resumed)).toEqual(weightsOf(straight));
    expect(next.state()).toEqual(trainer.state());
    tf.dispose(weights);
  });

  it('drops other numbers in every step, and none with dropout 0', () => {
    const losses = (dropout: number, seed: number) => {
      const network = networkOf(smallConfig());
      const trainer = new Trainer(network, { settings: { ...settings, dropout }, seed });
      const list = [0, 1, 2, 3].map(() => trainer.step(batch, 0).loss);
      trainer.dispose();
      return list;
    };
    // With a learning rate of 0 the weights stay, and only the masks can change the loss.
    expect(new Set(losses(0.3, 1)).size).toBe(4);
    expect(losses(0.3, 1)).toEqual(losses(0.3, 1));
    expect(losses(0.3, 2)).not.toEqual(losses(0.3, 1));
    expect(new Set(losses(0, 1)).size).toBe(1);
  });
});

describe('Trainer', () => {
  it('decays kernels and embeddings, and leaves gains and biases alone', () => {
    const network = networkOf(smallConfig());
    const before = weightsOf(network);
    // A clipped gradient of almost nothing: what moves is the decay.
    const trainer = trainerOf(network, { optimizer: 'sgd', weightDecay: 2, clip: 1e-12 });
    trainer.step(batch, 0.1);
    const names = network.model.weights.map(({ originalName }) => originalName);
    weightsOf(network).forEach((values, i) => {
      const kept = names[i].endsWith('kernel') ? 0.8 : 1;
      values.forEach((value, j) => {
        expect(Math.abs(value - kept * before[i][j]), names[i]).toBeLessThan(ROUNDING);
      });
    });
    expect(names.filter((name) => !name.endsWith('kernel')).length).toBeGreaterThan(4);
  });

  it('clips the norm of a gradient to the limit, and not at all with 0', () => {
    const moved = (clip: number) => {
      const network = networkOf(smallConfig());
      const before = weightsOf(network);
      const trainer = trainerOf(network, { optimizer: 'sgd', momentum: 0, clip });
      const { norm } = trainer.step(batch, 1);
      let sum = 0;
      weightsOf(network).forEach((values, i) =>
        values.forEach((value, j) => (sum += (value - before[i][j]) ** 2)),
      );
      return { norm, length: Math.sqrt(sum) };
    };
    const { norm, length } = moved(0);
    // A weight of order one moves in steps of its own rounding.
    expect(Math.abs(length / norm - 1)).toBeLessThan(1e-4);
    expect(Math.abs(moved(norm / 2).length / (norm / 2) - 1)).toBeLessThan(1e-4);
    expect(moved(2 * norm).length).toBe(length);
  });

  it('says how far an update moves the weights of every layer', () => {
    const network = networkOf(smallConfig());
    const trainer = trainerOf(network, { optimizer: 'sgd', weightDecay: 2, clip: 1e-12 });
    expect(trainer.step(batch, 0.01).ratios).toBeUndefined();
    const { ratios } = trainer.step(batch, 0.1, true);
    expect(ratios?.layers).toHaveLength(3);
    // Only kernels decay, by a fifth; the gains of a layer are a small part of its norm.
    expect(Math.abs(ratios!.layers[0] / 0.2 - 1)).toBeLessThan(ROUNDING);
    expect(ratios!.layers[1]).toBeGreaterThan(0.19);
    expect(ratios!.layers[1]).toBeLessThan(0.2);
    expect(ratios!.all).toBeLessThan(0.2);
    expect(ratios!.head).toBeLessThan(ratios!.all);
  });

  it('refuses a state of another optimiser or network, and parts that are not even', () => {
    const network = networkOf(smallConfig());
    const trainer = trainerOf(network);
    const state = trainer.state();
    expect(() => trainerOf(network, { optimizer: 'sgd' }).restore(state)).toThrow(
      /got none for velocity\/embedding\/token\/kernel/,
    );
    const wide = networkOf(smallConfig({ model: { width: 32 } }));
    expect(() => trainerOf(wide).restore(state)).toThrow(/of shape \[257, 32\], got \[257, 16\]/);
    expect(() => trainerOf(network, { accumulate: 3 }).step(batch, 0.1)).toThrow(
      /expected a batch of a multiple of 3 sequences, got 2/,
    );
  });
});

const hasNative = BACKENDS.some((name) => name === 'tensorflow');

describe.skipIf(!hasNative)('Trainer on native TensorFlow', () => {
  it.each<
    Partial<TrainerSettings> &
      Partial<Pick<TrainConfig['model'], 'tiedEmbeddings' | 'trainGains'>> & {
        graphs?: number;
        again?: boolean;
      }
  >([
    {},
    { again: true },
    { dropout: 0.3, optimizer: 'adamw' },
    { dropout: 0.3, again: true },
    { accumulate: 2, dropout: 0.1, graphs: 2 },
    { optimizer: 'sgd', tiedEmbeddings: true },
    { trainGains: false },
    { trainGains: false, accumulate: 2, graphs: 2 },
  ])('trains alike as a captured graph and op by op: %o', async (changes) => {
    await useBackend('tensorflow');
    const { tiedEmbeddings, trainGains, graphs = 1, again = false, ...own } = changes;
    const lines: string[] = [];
    const warnings: string[] = [];
    const reporter = {
      line: (text: string) => void lines.push(text),
      warn: (text: string) => void warnings.push(text),
    };
    const config = smallConfig({ model: { tiedEmbeddings, trainGains } });
    const [network, twin] = [networkOf(config), networkOf(config)];
    // Blocks computed again inside the graph, and not at all op by op.
    network.checkpointing = again;
    const options = { settings: { ...settings, ...own }, seed: 3, reporter };
    const captured = new Trainer(network, options);
    const eager = new Trainer(twin, { ...options, compile: asItIs });
    let rates = 0;
    for (let step = 0; step < 10; step++) {
      const rate = 0.01 / (1 + step);
      rates += rate;
      const [a, b] = [captured, eager].map((trainer) => trainer.step(batches[step % 2], rate));
      expect(Math.abs(a.loss / b.loss - 1)).toBeLessThan(ROUNDING);
      expect(Math.abs(a.norm / b.norm - 1)).toBeLessThan(ROUNDING);
    }
    expect(warnings).toEqual([]);
    expect(lines).toHaveLength(2 * graphs);
    // Adam divides a gradient by its own size: where that is all rounding, the weight moves by as
    // much as the rates allow, either way. Such entries are few, and the losses do not feel them.
    const [values, expected] = [network, twin].map((each) => weightsOf(each).flat());
    const gaps = values.map((value, i) => Math.abs(value - expected[i]));
    expect(gaps.filter((gap) => gap > ROUNDING).length).toBeLessThan(gaps.length / 1000);
    expect(Math.max(...gaps)).toBeLessThan(2 * rates);
    captured.dispose();
    eager.dispose();
    await selectBackend('wasm');
  });
});
