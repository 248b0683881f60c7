import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { gramMetrics } from './gram-metrics.js';
import { meanMetrics } from './mean-metrics.js';
import { NonFiniteError } from './non-finite-error.js';
import { PropagationMetrics, type PropagationRecord } from './propagation-metrics.js';
import { BACKENDS, useBackend } from './testing/backends.js';
import { randomTokens } from './testing/random-tokens.js';
import { tokenCovariance } from './token-covariance.js';

const [B, T, D, WORDS, CLASSES] = [4, 5, 6, 11, 3];

/** Token ids [rows, T] and one-hot labels [rows, CLASSES], always the same. */
function textBatch(rows: number): { x: tf.Tensor; y: tf.Tensor } {
  const ids = Int32Array.from({ length: rows * T }, (_, i) => (i * 7 + (i % 5)) % WORDS);
  const labels = new Float32Array(rows * CLASSES);
  for (let r = 0; r < rows; r++) labels[r * CLASSES + (r % CLASSES)] = 1;
  return { x: tf.tensor2d(ids, [rows, T], 'float32'), y: tf.tensor2d(labels, [rows, CLASSES]) };
}

/** Embedding, LayerNorm, Dense, BatchNorm, Dropout, pooling: the parts that could be disturbed. */
function textModel(): tfl.Sequential {
  const uniform = (seed: number) => tfl.initializers.randomUniform({ minval: -1, maxval: 1, seed });
  const { layers } = tfl;
  const model = tfl.sequential({
    layers: [
      layers.embedding({
        inputDim: WORDS,
        outputDim: D,
        inputLength: T,
        embeddingsInitializer: uniform(1),
        name: 'embed',
      }),
      layers.layerNormalization({ name: 'norm' }),
      layers.dense({ units: D, activation: 'tanh', kernelInitializer: uniform(2), name: 'mix' }),
      layers.batchNormalization({ name: 'batch_norm' }),
      layers.dropout({ rate: 0.4, seed: 5, name: 'drop' }),
      layers.globalAveragePooling1d({ name: 'pool' }),
      layers.dense({
        units: CLASSES,
        activation: 'softmax',
        kernelInitializer: uniform(3),
        name: 'head',
      }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.05), loss: 'categoricalCrossentropy' });
  return model;
}

async function weightsOf(model: tfl.LayersModel): Promise<number[][]> {
  return Promise.all(model.weights.map(async (w) => Array.from(await w.read().data())));
}

const layersAt = (records: PropagationRecord[], step: number) =>
  records.filter((record) => record.step === step).map((record) => record.layer);

describe.each(BACKENDS)('PropagationMetrics on %s', (backend) => {
  beforeAll(() => useBackend(backend));
  afterEach(() => tf.disposeVariables());

  it('measures each layer of tokens before training and after every epoch', async () => {
    const { x, y } = textBatch(12);
    const { x: probe } = textBatch(B);
    const seen: PropagationRecord[] = [];
    const metrics = new PropagationMetrics({ probe, onRecord: (record) => void seen.push(record) });
    const model = textModel();
    await model.fit(x, y, { epochs: 2, batchSize: 4, shuffle: false, callbacks: metrics });

    expect([...new Set(metrics.history.map(({ step }) => step))]).toEqual([0, 3, 6]);
    for (const step of [0, 3, 6]) {
      expect(layersAt(metrics.history, step)).toEqual([
        'embed',
        'norm',
        'mix',
        'batch_norm',
        'drop',
      ]);
    }
    const [first] = metrics.history;
    expect(first).toMatchObject({ step: 0, epoch: 0, batch: null, index: 1 });
    expect(metrics.history.at(-1)).toMatchObject({ step: 6, epoch: 1, batch: 2, layer: 'drop' });
    expect(seen).toEqual(metrics.history);
    expect(JSON.parse(JSON.stringify(seen))).toEqual(seen);
    tf.dispose([x, y, probe]);
  });

  it('gives the metrics of what the layer really outputs, averaged over the sequences', async () => {
    const { x: probe } = textBatch(B);
    const model = textModel();
    const records = await new PropagationMetrics({ probe, matrices: true }).measure(model);
    const mix = records.find(({ layer }) => layer === 'mix')!;

    const upTo = tfl.model({ inputs: model.inputs, outputs: model.getLayer('mix').output });
    const output = upTo.predict(probe) as tf.Tensor;
    const values = await output.data();
    const V = Array.from({ length: B }, (_, b) =>
      tokenCovariance(values.subarray(b * T * D, (b + 1) * T * D), T, D),
    );
    expect(mix.metrics).toEqual(meanMetrics(V.map((v) => gramMetrics(v, T))));
    expect(mix.matrices?.covariance.flat()).toEqual([...V[0]]);
    expect(mix.matrices?.correlation[2][2]).toBe(1);
    tf.dispose([probe, output]);
  });

  it('measures every so many batches, once where a batch ends an epoch', async () => {
    const { x, y } = textBatch(16);
    const { x: probe } = textBatch(B);
    const metrics = new PropagationMetrics({ probe, everyBatches: 2, atStart: false });
    await textModel().fit(x, y, { epochs: 2, batchSize: 4, shuffle: false, callbacks: metrics });
    const moments = metrics.history
      .filter(({ layer }) => layer === 'mix')
      .map(({ step, epoch, batch }) => [step, epoch, batch]);
    expect(moments).toEqual([
      [2, 0, 1],
      [4, 0, 3],
      [6, 1, 1],
      [8, 1, 3],
    ]);
    tf.dispose([x, y, probe]);
  });

  it('changes no bit of the training', async () => {
    const { x, y } = textBatch(12);
    const { x: probe, y: labels } = textBatch(B);
    const trained = async (callbacks?: PropagationMetrics) => {
      const model = textModel();
      await model.fit(x, y, { epochs: 3, batchSize: 4, shuffle: false, callbacks });
      return weightsOf(model);
    };
    const metrics = new PropagationMetrics({ probe, labels, everyBatches: 1, matrices: true });
    const without = await trained();
    expect(await trained(metrics)).toEqual(without);
    expect(metrics.history.length).toBeGreaterThan(0);
    tf.dispose([x, y, probe, labels]);
  });

  it('leaks no tensor', async () => {
    const { x: probe, y: labels } = textBatch(B);
    const model = textModel();
    const metrics = new PropagationMetrics({ probe, labels });
    await metrics.measure(model);
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) await metrics.measure(model);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([probe, labels]);
  });

  it('leaks no tensor when a measurement fails', async () => {
    const probe = tf.fill([B, T, D], Infinity);
    const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 2, inputShape: [T, D] })] });
    const metrics = new PropagationMetrics({ probe });
    await expect(metrics.measure(model)).rejects.toThrow(NonFiniteError);
    const before = tf.memory().numTensors;
    await expect(metrics.measure(model)).rejects.toThrow(NonFiniteError);
    expect(tf.memory().numTensors).toBe(before);
    probe.dispose();
  });

  it('stops on tokens that are not finite and names the layer', async () => {
    const { x: probe } = textBatch(B);
    const model = textModel();
    model.getLayer('mix').setWeights([tf.fill([D, D], NaN), tf.zeros([D])]);
    await expect(new PropagationMetrics({ probe }).measure(model)).rejects.toThrow(
      /layer "mix" \(3\): tokenCovariance: expected finite tokens, got NaN at row 0, column 0/,
    );
    probe.dispose();
  });

  it('names what it skips and why', async () => {
    const input = tfl.input({ shape: [T, D] });
    const shared = tfl.layers.dense({ units: D, name: 'shared' });
    const twice = shared.apply(shared.apply(input)) as tfl.SymbolicTensor;
    const inner = tfl.sequential({
      name: 'nested',
      layers: [tfl.layers.dense({ units: D, inputShape: [T, D], name: 'inside' })],
    });
    const nested = inner.apply(twice) as tfl.SymbolicTensor;
    const single = tfl.layers
      .conv1d({ filters: D, kernelSize: T, name: 'one_token' })
      .apply(nested) as tfl.SymbolicTensor;
    const flat = tfl.layers.flatten({ name: 'flat' }).apply(single) as tfl.SymbolicTensor;
    const model = tfl.model({ inputs: input, outputs: flat });
    const probe = tf.tensor3d(Float32Array.from(randomTokens(B * T, D, 1)), [B, T, D]);

    const metrics = new PropagationMetrics({ probe });
    const records = await metrics.measure(model);
    expect(records.map(({ layer }) => layer)).toEqual([model.layers[0].name, 'nested']);
    const reasons = new Map(
      metrics.skipped.map((skip) => [`${skip.layer} ${skip.part}`, skip.reason]),
    );
    expect([...reasons.keys()]).toEqual([
      'shared tokens',
      'nested inner layers',
      'one_token tokens',
      'flat tokens',
    ]);
    expect(reasons.get('shared tokens')).toMatch('used 2 times');
    expect(reasons.get('nested inner layers')).toMatch('the 1 inside it are not');
    expect(reasons.get('one_token tokens')).toMatch('one token');
    expect(reasons.get('flat tokens')).toMatch('[null, 6] is not [batch, tokens, width]');
    probe.dispose();
  });

  it('measures a layer that is used once here, however often elsewhere', async () => {
    const layer = tfl.layers.dense({ units: D, name: 'reused' });
    const [first, second] = [tfl.input({ shape: [T, D] }), tfl.input({ shape: [T, D] })];
    layer.apply(first);
    const model = tfl.model({ inputs: second, outputs: layer.apply(second) as tfl.SymbolicTensor });
    const probe = tf.tensor3d(Float32Array.from(randomTokens(B * T, D, 2)), [B, T, D]);
    const records = await new PropagationMetrics({ probe, layers: ['reused'] }).measure(model);
    expect(records.map((record) => record.layer)).toEqual(['reused']);
    probe.dispose();
  });

  it('takes tokens from any output that toTokens reshapes, and reads the layers it is told', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.dense({ units: T * D, inputShape: [D], name: 'wide' }),
        tfl.layers.dense({ units: 1, name: 'out' }),
      ],
    });
    const probe = tf.tensor2d(Float32Array.from(randomTokens(B, D, 3)), [B, D]);
    const metrics = new PropagationMetrics({
      probe,
      layers: ['wide', 'out'],
      toTokens: (output, layer) => (layer === 'wide' ? tf.reshape(output, [-1, T, D]) : null),
    });
    const records = await metrics.measure(model);
    expect(records.map(({ layer }) => layer)).toEqual(['wide']);
    expect(metrics.skipped).toEqual([
      { layer: 'out', index: 2, part: 'tokens', reason: 'toTokens gave null for it.' },
    ]);
    probe.dispose();
  });

  it('refuses what it cannot measure honestly', async () => {
    const { x: probe } = textBatch(B);
    expect(() => new PropagationMetrics({ probe, everyEpochs: 1.5 })).toThrow('everyEpochs');
    expect(() => new PropagationMetrics({ probe, everyBatches: -1 })).toThrow('got -1');
    await expect(
      new PropagationMetrics({ probe, layers: ['mxi'] }).measure(textModel()),
    ).rejects.toThrow('Did you mean "mix"?');
    const stateful = tfl.sequential({
      layers: [
        tfl.layers.simpleRNN({
          units: 2,
          recurrentInitializer: 'zeros',
          stateful: true,
          batchInputShape: [B, T, D],
          name: 'rnn',
        }),
      ],
    });
    await expect(new PropagationMetrics({ probe }).measure(stateful)).rejects.toThrow(
      'the stateful "rnn"',
    );
    probe.dispose();
    await expect(new PropagationMetrics({ probe }).measure(textModel())).rejects.toThrow(
      'disposed',
    );
  });
});
