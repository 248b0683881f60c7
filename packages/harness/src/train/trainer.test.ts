import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { BACKENDS, useBackend } from '../metrics/testing/backends.js';
import type { LanguageModel } from '../network/index.js';
import { gradientsOf, lossOf } from './gradients.js';
import { networkOf, smallConfig } from './testing/small-training.js';
import { assignTensors, namedWeights, readTensors } from './network-weights.js';
import { clipFactor, GRADIENT_LIMIT, Trainer } from './trainer.js';

beforeAll(() => selectBackend('wasm'));

const idsOf = (text: string) => Int32Array.from(text, (c) => c.charCodeAt(0));
const other = { inputs: idsOf('the dog lay by t'), targets: idsOf('he dog lay by th') };
const batch = { inputs: idsOf('the cat sat on t'), targets: idsOf('he cat sat on th') };

const batches = [batch, other];

function trainerOf(network: LanguageModel): Trainer {
  const trainer = new Trainer(network);
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

  it('leaves no tensor behind', () => {
    const network = networkOf(smallConfig());
    const { numTensors } = tf.memory();
    const trainer = new Trainer(network);
    trainer.step(batch, 0.01);
    trainer.step(batch, 0.01);
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

const hasNative = BACKENDS.some((name) => name === 'tensorflow');

describe.skipIf(!hasNative)('Trainer on native TensorFlow', () => {
  it('trains alike as a captured graph and op by op', async () => {
    await useBackend('tensorflow');
    const lines: string[] = [];
    const warnings: string[] = [];
    const reporter = {
      line: (text: string) => void lines.push(text),
      warn: (text: string) => void warnings.push(text),
    };
    const config = smallConfig();
    const [network, twin] = [networkOf(config), networkOf(config)];
    const captured = new Trainer(network, reporter);
    const eager = new Trainer(twin, reporter, (step) => Object.assign(step, { dispose: () => 0 }));
    let rates = 0;
    for (let step = 0; step < 10; step++) {
      const rate = 0.01 / (1 + step);
      rates += rate;
      const [a, b] = [captured, eager].map((trainer) => trainer.step(batches[step % 2], rate));
      expect(Math.abs(a.loss / b.loss - 1)).toBeLessThan(ROUNDING);
      expect(Math.abs(a.norm / b.norm - 1)).toBeLessThan(ROUNDING);
    }
    expect(warnings).toEqual([]);
    expect(lines).toHaveLength(2);
    // Adam divides a gradient by its own size: where that is all rounding, the weight moves by as
    // much as the rates allow, either way. Such entries are few, and the losses do not feel them.
    const values = (of: LanguageModel) =>
      of.model.weights.flatMap((weight) => Array.from(weight.read().dataSync<'float32'>()));
    const [own, expected] = [values(network), values(twin)];
    const gaps = own.map((value, i) => Math.abs(value - expected[i]));
    expect(gaps.filter((gap) => gap > ROUNDING).length).toBeLessThan(gaps.length / 1000);
    expect(Math.max(...gaps)).toBeLessThan(2 * rates);
    captured.dispose();
    eager.dispose();
    await selectBackend('wasm');
  });
});

describe('clipFactor', () => {
  it.each([
    [0, 1],
    [GRADIENT_LIMIT, 1],
    [4 * GRADIENT_LIMIT, 0.25],
  ])('of norm %d is %d', (norm, factor) => {
    expect(clipFactor(tf.scalar(norm)).dataSync<'float32'>()[0]).toBe(factor);
  });
});
