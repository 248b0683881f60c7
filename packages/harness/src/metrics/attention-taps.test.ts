import { ShapedAttention, TransformerBlock } from '@shaped/attention';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { attentionMetrics } from './attention-metrics.js';
import { layerAttention } from './layer-attention.js';
import { NonFiniteError } from './non-finite-error.js';
import { PropagationMetrics } from './propagation-metrics.js';
import { BACKENDS, useBackend } from './testing/backends.js';
import { multiply, randomTokens } from './testing/random-tokens.js';

const [B, T, D, H, K] = [2, 5, 8, 2, 3];
/** Softmax in float32, its logits of order one, and the subtraction of γ₁ I and γ₂ C̄. */
const FLOAT32 = 1e-5;

const probeOf = (seed: number) =>
  tf.tensor(
    Float32Array.from(randomTokens(B * T, D, seed), (x) => 2 * x),
    [B, T, D],
  );

/** softmax of x W_Q W_Kᵀ xᵀ/(D τ) under a causal mask, τ = √(D K), in float64: [B, H, T, T]. */
function causalTwin(x: ArrayLike<number>, query: ArrayLike<number>, key: ArrayLike<number>) {
  const q = multiply(x, query, B * T, D, H * K);
  const k = multiply(x, key, B * T, D, H * K);
  const P = new Float64Array(B * H * T * T);
  for (let row = 0; row < B * H * T; row++) {
    const [a, head, batch] = [row % T, Math.floor(row / T) % H, Math.floor(row / T / H)];
    let total = 0;
    for (let j = 0; j <= a; j++) {
      let dot = 0;
      for (let i = 0; i < K; i++) {
        const column = head * K + i;
        dot += q[(batch * T + a) * H * K + column] * k[(batch * T + j) * H * K + column];
      }
      P[row * T + j] = Math.exp(dot / D / Math.sqrt(D * K));
      total += P[row * T + j];
    }
    for (let j = 0; j <= a; j++) P[row * T + j] /= total;
  }
  return P;
}

describe.each(BACKENDS)('attention metrics of layers on %s', (backend) => {
  beforeAll(() => useBackend(backend));
  afterEach(() => tf.disposeVariables());

  it('are those of the softmax alone, whatever the gains of each head', async () => {
    const layer = new ShapedAttention({
      numHeads: H,
      keyDim: K,
      useBias: false,
      useCausalMask: true,
      parametrization: 'paper',
      trainableSoftmaxGain: true,
      seed: 3,
    });
    const x = probeOf(1);
    tf.dispose(layer.apply(x) as tf.Tensor);
    for (const [name, gains] of Object.entries({
      gamma1: [0.8, 1.1],
      gamma2: [1.2, 0.9],
      gammaS: [0.7, 1.5],
    })) {
      layer.weight(name)!.write(tf.tensor1d(gains));
    }
    const [query, key] = await Promise.all(
      ['query/kernel', 'key/kernel'].map((name) => layer.weight(name)!.read().data()),
    );
    const expected = attentionMetrics(causalTwin(await x.data(), query, key), T, T, 'causal');
    const before = tf.memory().numTensors;
    const actual = await layerAttention(layer, x);
    expect(tf.memory().numTensors).toBe(before);
    if (typeof actual === 'string') throw new Error(actual);
    for (const name of ['attentionEntropy', 'attentionEntropyNormalized'] as const) {
      expect(Math.abs(actual[name]! - expected[name]!), name).toBeLessThan(FLOAT32);
    }
    // The attention is not uniform, so that a wrong P would show.
    expect(expected.attentionEntropyNormalized).toBeLessThan(0.99);
    x.dispose();
  });

  it('appear in the records of Transformer blocks, with query and key gradients', async () => {
    const kinds = ['shaped', 'unshaped', 'preLN', 'postLN'] as const;
    const model = tfl.sequential();
    for (const [i, kind] of kinds.entries()) {
      const inputShape = i === 0 ? { inputShape: [T, D] } : {};
      model.add(
        new TransformerBlock({
          kind,
          numHeads: H,
          keyDim: K,
          useCausalMask: i % 2 === 1,
          parametrization: 'paper',
          seed: i,
          name: kind,
          ...inputShape,
        }),
      );
    }
    const [probe, labels] = [probeOf(2), probeOf(3)];
    const loss = (y: tf.Tensor, p: tf.Tensor) => tf.squaredDifference(y, p);
    const metrics = new PropagationMetrics({ probe, labels, loss, layers: kinds });
    const shaped = model.getLayer('shaped') as TransformerBlock;
    const keyGradient = async () => {
      const records = await metrics.measure(model);
      expect(records.map(({ layer }) => layer)).toEqual(kinds);
      expect(metrics.skipped).toEqual([]);
      for (const { metrics: values } of records) {
        expect(values.attentionEntropyNormalized).toBeGreaterThan(0);
        expect(values.attentionEntropyNormalized).toBeLessThanOrEqual(1 + FLOAT32);
        expect(values.gradientNorm).toBeGreaterThan(values.queryGradientNorm!);
        expect(values.queryGradientNorm).toBeGreaterThan(0);
        expect(values.stableRank).toBeGreaterThanOrEqual(1);
      }
      return records[0].metrics;
    };
    expect((await keyGradient()).keyGradientNorm).toBeGreaterThan(0);
    // Zero queries: every logit is 0, so attention is uniform and no key matters.
    shaped.weight('query/kernel')!.write(tf.zeros([D, H * K]));
    const uniform = await keyGradient();
    expect(uniform.keyGradientNorm).toBe(0);
    expect(Math.abs(uniform.attentionEntropyNormalized! - 1)).toBeLessThan(FLOAT32);
    tf.dispose([probe, labels]);
  });

  it('change no bit of the training of Transformer blocks with dropout, and leak nothing', async () => {
    const [probe, x] = [probeOf(4), probeOf(5)];
    const trained = async (callbacks?: PropagationMetrics) => {
      const block = new TransformerBlock({
        kind: 'shaped',
        numHeads: H,
        keyDim: K,
        dropout: 0.3,
        parametrization: 'standard',
        seed: 9,
        inputShape: [T, D],
      });
      const model = tfl.sequential({ layers: [block] });
      const optimizer = tf.train.sgd(0.1);
      model.compile({ optimizer, loss: 'meanSquaredError' });
      const before = tf.memory().numTensors;
      await model.fit(x, x, { epochs: 3, batchSize: 1, shuffle: false, callbacks });
      expect(tf.memory().numTensors).toBe(before);
      return Promise.all(model.weights.map(async (w) => Array.from(await w.read().data())));
    };
    const without = await trained();
    const metrics = new PropagationMetrics({ probe, labels: probe, everyBatches: 1 });
    expect(await trained(metrics)).toEqual(without);
    expect(metrics.history.at(-1)!.metrics.attentionEntropy).toBeGreaterThan(0);
    tf.dispose([probe, x]);
  });

  it('are skipped, with the reason, where tap would not see what the model does', async () => {
    const ids = tfl.input({ shape: [T] });
    const embed = tfl.layers.embedding({ inputDim: 9, outputDim: D, maskZero: true });
    const masked = new ShapedAttention({ numHeads: H, keyDim: K, seed: 1, name: 'masked' });
    const withMask = tfl.model({
      inputs: ids,
      outputs: masked.apply(embed.apply(ids)) as tfl.SymbolicTensor,
    });
    const tokens = tf.tensor2d([1, 2, 3, 0, 0, 4, 5, 6, 7, 8], [B, T]);
    const first = new PropagationMetrics({ probe: tokens });
    const records = await first.measure(withMask);
    expect(records.at(-1)!.metrics).not.toHaveProperty('attentionEntropy');
    expect(first.skipped.at(-1)).toMatchObject({ layer: 'masked', part: 'attention' });
    expect(first.skipped.at(-1)!.reason).toMatch('padding mask');

    const [query, value] = [tfl.input({ shape: [T, D] }), tfl.input({ shape: [T, D] })];
    const cross = new ShapedAttention({ numHeads: H, keyDim: K, seed: 1, name: 'cross' });
    const crossing = tfl.model({
      inputs: [query, value],
      outputs: cross.apply([query, value]) as tfl.SymbolicTensor,
    });
    const pair = [probeOf(6), probeOf(7)];
    const second = new PropagationMetrics({ probe: pair, layers: ['cross'] });
    expect(await second.measure(crossing)).toHaveLength(1);
    expect(second.skipped[0].reason).toMatch('only self-attention');
    tf.dispose([tokens, ...pair]);
  });

  it('are a sentence for a tap that shows no attention, and an error for NaN', async () => {
    const x = probeOf(8);
    const layerOf = (scores: () => unknown) =>
      Object.assign(tfl.layers.dense({ units: 1 }), { tap: () => ({ scores: scores() }) });
    const of = (scores: () => unknown) => layerAttention(layerOf(scores), x);
    expect(await of(() => undefined)).toMatch('gives no tensor "scores"');
    expect(await of(() => tf.ones([B, T, T]))).toMatch('[2, 5, 5] are not [batch, heads');
    expect(await of(() => tf.ones([B, H, T, T]))).toMatch('no attention matrix');
    await expect(of(() => tf.fill([B, H, T, T], NaN))).rejects.toThrow(NonFiniteError);
    x.dispose();
  });
});
