import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { BACKENDS, useBackend } from '../metrics/testing/backends.js';
import { Evaluation } from './evaluation.js';
import { lossOf } from './gradients.js';
import { measureLayers } from './measure-layers.js';
import { networkOf, smallConfig } from './testing/small-training.js';

const idsOf = (text: string) => Int32Array.from(text, (c) => c.charCodeAt(0));
const batches = [
  { inputs: idsOf('the cat sat on t'), targets: idsOf('he cat sat on th') },
  { inputs: idsOf('the dog lay by t'), targets: idsOf('he dog lay by th') },
];
const probe = batches[0].inputs;

/** A captured graph sums the same float32 terms in another order. */
const ROUNDING = 1e-5;

const apart = (a: number, b: number) => Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));

describe.each(BACKENDS)('Evaluation on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('measures what the plain functions do, again and again while the weights change', async () => {
    const network = networkOf(smallConfig());
    const lines: string[] = [];
    const warnings: string[] = [];
    const reporter = {
      line: (text: string) => void lines.push(text),
      warn: (text: string) => void warnings.push(text),
    };
    const evaluation = new Evaluation(network, reporter);
    onTestFinished(() => evaluation.dispose());
    const [weight] = network.blocks[0].trainableWeights;
    for (let round = 0; round < 4; round++) {
      const moved = tf.tidy(() => tf.mul(weight.read(), 1 + 0.1 * round));
      weight.write(moved);
      moved.dispose();
      expect(apart(evaluation.loss(batches), lossOf(network, batches))).toBeLessThan(ROUNDING);
      const layers = await evaluation.layers(probe, round);
      const expected = await measureLayers(network, probe, round);
      expect(layers.map(({ record }) => record.layer)).toEqual([0, 1, 2]);
      layers.forEach(({ record, activations }, i) => {
        const other = expected[i];
        expect(Object.keys(record)).toEqual(Object.keys(other.record));
        activations.forEach((value, k) => {
          expect(apart(value, other.activations[k])).toBeLessThan(ROUNDING);
        });
        expect(record.metrics.normMean).not.toBeNull();
        expect(apart(record.metrics.normMean!, other.record.metrics.normMean!)).toBeLessThan(
          ROUNDING,
        );
      });
    }
    expect(warnings).toEqual([]);
    const prepared = lines.filter((line) => line.startsWith('Preparing'));
    expect(prepared).toEqual(
      backend === 'tensorflow'
        ? [
            'Preparing the graph of the validation loss, once …',
            'Preparing the graph of the measurement of the layers, once …',
          ]
        : [],
    );
  });

  it('leaves no tensor behind', async () => {
    const network = networkOf(smallConfig());
    const { numTensors } = tf.memory();
    const evaluation = new Evaluation(network);
    for (let round = 0; round < 4; round++) {
      evaluation.loss(batches);
      await evaluation.layers(probe, 0);
    }
    evaluation.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
