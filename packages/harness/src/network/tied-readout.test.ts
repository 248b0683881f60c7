import { architecture } from '@shaped/sde';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { BACKENDS, useBackend } from '../metrics/testing/backends.js';
import { buildLanguageModel, logitsOf, type LanguageModel } from './language-model.js';
import { TiedReadout } from './tied-readout.js';

const arch = architecture({ tokens: 6, width: 16, depth: 2, heads: 2, mask: 'causal' });
const VOCABULARY = 10;

function build(tiedEmbeddings: boolean): LanguageModel {
  const network = buildLanguageModel({
    ...{ arch, vocabulary: VOCABULARY, positions: true, seed: 7, tiedEmbeddings },
  });
  onTestFinished(() => void network.model.dispose());
  return network;
}

const ids = () => tf.tensor2d([1, 5, 5, 2, 9, 0], [1, 6], 'int32');

describe.each(BACKENDS)('TiedReadout on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('reads the logits off the embedding of every token', () => {
    const network = build(true);
    tf.tidy(() => {
      const x = tf.randomNormal([1, 6, 16], 0, 1, 'float32', 3);
      const logits = network.head[1].apply(x) as tf.Tensor;
      const expected = tf.div(
        tf.matMul(tf.squeeze(x, [0]), network.embedding.tokens, false, true),
        4,
      );
      const gaps = tf.sub(tf.squeeze(logits, [0]), expected);
      // Sums of 16 products of order one.
      expect(tf.max(tf.abs(gaps)).dataSync()[0]).toBeLessThan(1e-5);
    });
  });

  it('adds the gradients of both uses of the embedding', () => {
    const network = build(true);
    const { weights } = network.embedding;
    const E = weights[0].read() as tf.Variable;
    tf.tidy(() => {
      const loss = () => tf.sum<tf.Scalar>(tf.square(logitsOf(network, ids())));
      const both = tf.variableGrads(loss, [E]).grads[E.name].dataSync<'float32'>();
      // Central differences along a few coordinates: of token 5, read and predicted, and of token 3,
      // which only the readout uses.
      for (const index of [5 * 16, 5 * 16 + 3, 3 * 16 + 1]) {
        const start = E.dataSync<'float32'>().slice();
        const at = (shift: number) => {
          const values = start.slice();
          values[index] += shift;
          E.assign(tf.tensor(values, E.shape));
          return loss().dataSync<'float32'>()[0];
        };
        const step = 1e-2;
        const slope = (at(step) - at(-step)) / (2 * step);
        E.assign(tf.tensor(start, E.shape));
        // Third derivatives times step², and float32 losses of order one over the step.
        expect(Math.abs(both[index] - slope)).toBeLessThan(1e-2 * Math.max(1, Math.abs(slope)));
        expect(Math.abs(slope)).toBeGreaterThan(0.02);
      }
    });
  });
});

describe('tied embeddings', () => {
  beforeAll(() => useBackend('wasm'));

  it('leave out the readout’s kernel and nothing else', () => {
    const namesOf = ({ model }: LanguageModel) => model.weights.map((w) => w.originalName);
    const [tied, untied] = [build(true), build(false)].map(namesOf);
    expect(untied.filter((name) => !tied.includes(name))).toEqual(['readout/kernel']);
    expect(tied.filter((name) => !untied.includes(name))).toEqual([]);
  });

  it('start with logits as small as those of a readout of its own', () => {
    const [tied, untied] = [true, false].map((own) => {
      const { mean, variance } = tf.moments(logitsOf(build(own), ids()));
      return Math.sqrt(mean.dataSync()[0] ** 2 + variance.dataSync()[0]);
    });
    // Both about 1/√D = 1/4; the token's own embedding, which the skip carries on, adds to one.
    expect(untied).toBeLessThan(0.4);
    expect(tied).toBeLessThan(0.6);
  });

  it('are needed by the readout before it is called', () => {
    const layer = new TiedReadout({ vocabulary: 3 });
    expect(() => layer.apply(tf.zeros([1, 2, 4]))).toThrow(/expected to be tied to an embedding/);
  });
});
