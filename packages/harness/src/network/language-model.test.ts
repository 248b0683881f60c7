import { architecture, type Architecture } from '@shaped/sde';
import { RMSNorm } from '@shaped/attention';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { buildBlocks } from './build-blocks.js';
import { dropoutPlaces } from './dropout.js';
import { buildLanguageModel, languageModel, logitsOf } from './language-model.js';
import type { LanguageModelOptions } from './language-model.js';

beforeAll(() => selectBackend('wasm'));

const arch: Architecture = architecture({
  ...{ block: 'shaped', tokens: 6, width: 16, depth: 3, heads: 2, headWidth: 8, mask: 'causal' },
  outputProjection: true,
});
const VOCABULARY = 10;

function build(changes: Partial<LanguageModelOptions> = {}) {
  const network = buildLanguageModel({
    ...{ arch, vocabulary: VOCABULARY, positions: true, seed: 7 },
    ...changes,
  });
  onTestFinished(() => void network.model.dispose());
  return network;
}

const ids = (values: number[]) => tf.tensor2d(values, [values.length / 6, 6], 'int32');
const sentence = [1, 5, 5, 2, 9, 0];
const weightsOf = ({ model }: ReturnType<typeof build>) =>
  model.weights.map((weight) => Array.from(weight.read().dataSync<'float32'>()));

describe('buildLanguageModel', () => {
  it('gives one logit a token of the vocabulary at every position', () => {
    expect(logitsOf(build(), ids([...sentence, ...sentence])).shape).toEqual([2, 6, VOCABULARY]);
  });

  it.each([0, 2, 4])('does not let token %i change an earlier logit', (position) => {
    const network = build();
    const changed = sentence.map((id, t) => (t === position ? 7 : id));
    const [before, after] = [sentence, changed].map((values) =>
      logitsOf(network, ids(values)).dataSync<'float32'>(),
    );
    const cut = position * VOCABULARY;
    expect(after.slice(0, cut)).toEqual(before.slice(0, cut));
    expect(after.slice(cut)).not.toEqual(before.slice(cut));
    // The change reaches the last token: attention looks back.
    expect(after.slice(-VOCABULARY)).not.toEqual(before.slice(-VOCABULARY));
  });

  it('is a function of the seed, and no two of its drawn weights share their numbers', () => {
    const first = weightsOf(build());
    expect(weightsOf(build())).toEqual(first);
    const other = weightsOf(build({ seed: 8 }));
    const drawn = first.filter((values) => new Set(values).size > 1);
    expect(drawn).toHaveLength(2 + 6 * arch.depth + 1);
    first.forEach((values, i) => {
      if (new Set(values).size > 1) expect(other[i]).not.toEqual(values);
    });
    const ratios = drawn.map((values) => (values[1] / values[0]).toPrecision(6));
    expect(new Set(ratios).size).toBe(ratios.length);
  });

  it.each([true, false])('has gains that train: %s', (trainableGains) => {
    const { model } = build({ trainableGains });
    const namesOf = (list: typeof model.weights) => list.map(({ originalName }) => originalName);
    for (const gain of ['gamma1', 'gamma2']) {
      const isGain = (name: string) => name.endsWith(`/${gain}`);
      expect(namesOf(model.weights).filter(isGain)).toHaveLength(arch.depth);
      expect(namesOf(model.trainableWeights).filter(isGain)).toHaveLength(
        trainableGains ? arch.depth : 0,
      );
    }
  });

  it('does not let padding change the logits of the tokens before or after it', () => {
    const network = build();
    const padding = tf.tensor2d([1, 1, 0, 0, 1, 1], [1, 6]);
    const logits = (values: number[]) =>
      tf.tidy(() => logitsOf(network, ids(values), { padding }).dataSync<'float32'>());
    const before = logits(sentence);
    const after = logits(sentence.map((id, t) => (t === 2 || t === 3 ? 8 : id)));
    const real = (list: Float32Array) => [
      ...list.slice(0, 2 * VOCABULARY),
      ...list.slice(4 * VOCABULARY),
    ];
    expect(real(after)).toEqual(real(before));
    expect(after).not.toEqual(before);
    const whole = logitsOf(network, ids(sentence)).dataSync<'float32'>();
    expect(real(before)).not.toEqual(real(whole));
  });

  it('multiplies with a dropout mask at every place that it names', () => {
    const network = build();
    const places = dropoutPlaces(network);
    expect(places).toHaveLength(1 + 3 * arch.depth);
    const ones = () => places.map(({ shape }) => tf.ones([1, ...shape]));
    const logits = (dropout: tf.Tensor[]) =>
      logitsOf(network, ids(sentence), { dropout }).dataSync<'float32'>();
    const whole = logitsOf(network, ids(sentence)).dataSync<'float32'>();
    // With a mask the softmax is shaped by other sums of the same numbers.
    logits(ones()).forEach((logit, i) => expect(logit).toBeCloseTo(whole[i], 3));
    places.forEach(({ shape }, i) => {
      const masks = ones();
      masks[i] = tf.zeros([1, ...shape]);
      expect(logits(masks)).not.toEqual(whole);
    });
  });

  it('is the embedding, the blocks of the probe, the RMS norm and the readout', () => {
    const network = build({ logPrior: Array.from({ length: VOCABULARY }, (_, v) => -v) });
    const blocks = buildBlocks(arch, 7);
    const logits = tf
      .tidy(() => {
        const [token, position] = network.embedding.weights.map((weight) => weight.read());
        const X0 = tf.mul(
          tf.add(tf.gather(token, tf.tensor1d(sentence, 'int32')), position),
          Math.sqrt(8),
        );
        const XL = blocks.reduce((x, block) => block.apply(x) as tf.Tensor, tf.expandDims(X0));
        const [kernel, bias] = network.head[1].weights.map((weight) => weight.read());
        const unit = new RMSNorm({ gain: false }).apply(XL) as tf.Tensor;
        return tf.add(tf.matMul(tf.reshape(unit, [6, 16]), kernel), bias);
      })
      .dataSync<'float32'>();
    const actual = logitsOf(network, ids(sentence)).dataSync<'float32'>();
    // Sums of 16 products of order one in float32, in another order.
    actual.forEach((value, i) => expect(Math.abs(value - logits[i])).toBeLessThan(1e-5));
    blocks.forEach((block) => block.dispose());
  });

  it('starts with tokens of norm 1, uncorrelated, with and without positions', () => {
    const width = 1024;
    for (const positions of [true, false]) {
      const network = build({
        arch: architecture({ ...arch, width, heads: 1, headWidth: 4, depth: 1 }),
        positions,
      });
      const X0 = (network.embedding.apply(ids(sentence)) as tf.Tensor).dataSync<'float32'>();
      for (const [t, s, expected] of [
        [0, 0, 1],
        [3, 3, 1],
        [0, 3, 0],
        [1, 2, positions ? 0.5 : 1], // The same token at two positions.
      ]) {
        let product = 0;
        for (let i = 0; i < width; i++) product += X0[t * width + i] * X0[s * width + i];
        // Four of at most √(2/D) standard errors: false alarm below 1e-4 a number, fixed seed.
        expect(Math.abs(product / width - expected)).toBeLessThan(4 * Math.sqrt(2 / width));
      }
    }
  });

  it('lets a token see the next with a full mask', () => {
    const network = build({ arch: architecture({ ...arch, mask: 'full' }) });
    const changed = [...sentence.slice(0, 5), 7];
    const [before, after] = [sentence, changed].map((values) =>
      logitsOf(network, ids(values)).dataSync<'float32'>(),
    );
    expect(after.slice(0, VOCABULARY)).not.toEqual(before.slice(0, VOCABULARY));
  });

  it('refuses an explicit mask', () => {
    const mask = Array.from({ length: 6 }, () => Array.from({ length: 6 }, () => 1 as const));
    expect(() => build({ arch: architecture({ ...arch, mask }) })).toThrow(
      /expected mask 'full' or 'causal', got an explicit matrix/,
    );
  });
});

describe('a language model with padding', () => {
  const PADDING = VOCABULARY - 1;
  const padded = (kind: 'shaped' | 'postLN' | 'preLN', tokens: number) =>
    build({
      arch: architecture({
        ...{ block: kind, width: 16, depth: 3, heads: 2, headWidth: 8, tokens, mask: 'full' },
      }),
      padding: PADDING,
      positions: true,
    });
  const copy = (from: ReturnType<typeof build>, to: ReturnType<typeof build>) =>
    to.model.weights.forEach((weight, i) => {
      const source = from.model.weights[i].read();
      weight.write(
        tf.slice(
          source,
          source.shape.map(() => 0),
          weight.shape as number[],
        ),
      );
    });

  // Sums of a dozen terms of order one in float32, in another order.
  const ROUNDING = 1e-5;

  it.each(['shaped', 'preLN', 'postLN'] as const)(
    'gives the tokens of a padded sequence the logits of the short one: %s',
    (kind) => {
      const [long, short] = [padded(kind, 6), padded(kind, 4)];
      copy(long, short);
      const sequences = [
        [1, 5, 3, 2],
        [4, 4, 8, 0],
      ];
      // Twice, and with another row: a mask that is kept from the first call shows.
      for (const sequence of sequences) {
        const full = tf.tensor2d(
          [...sequence, PADDING, PADDING, 1, 2, 3, 4, 5, 6],
          [2, 6],
          'int32',
        );
        const [values, expected] = [
          logitsOf(long, full).dataSync<'float32'>(),
          logitsOf(short, tf.tensor2d(sequence, [1, 4], 'int32')).dataSync<'float32'>(),
        ];
        expected.forEach((value, i) => expect(Math.abs(values[i] - value)).toBeLessThan(ROUNDING));
      }
    },
  );

  it('predicts with the mask too, and keeps it when saved', () => {
    const long = padded('shaped', 6);
    const full = ids([1, 5, 3, 2, PADDING, PADDING]);
    const predicted = (long.model.predict(full) as tf.Tensor).dataSync<'float32'>();
    const applied = logitsOf(long, full).dataSync<'float32'>();
    predicted.forEach((value, i) => expect(Math.abs(value - applied[i])).toBeLessThan(ROUNDING));
    expect(long.embedding.getConfig()).toMatchObject({ padding: PADDING });
    expect(build().embedding.getConfig()).not.toHaveProperty('padding');
  });

  it('sees padding as a token where it was not told of it', () => {
    const [masked, unmasked] = [
      padded('shaped', 6),
      build({ arch: architecture({ ...arch, mask: 'full', outputProjection: false }) }),
    ];
    const full = ids([1, 5, 3, 2, PADDING, PADDING]);
    copy(masked, unmasked);
    const [a, b] = [masked, unmasked].map((n) => logitsOf(n, full).dataSync<'float32'>()[0]);
    expect(Math.abs(a - b)).toBeGreaterThan(100 * ROUNDING);
  });
});

describe('languageModel', () => {
  it('refuses a model of another kind', () => {
    const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 2, inputShape: [3] })] });
    onTestFinished(() => void model.dispose());
    expect(() => languageModel(model)).toThrow(/expected a text embedding and Transformer blocks/);
  });
});
