import * as tf from '@tensorflow/tfjs-core';
import {
  input,
  layers,
  type LayersModel,
  loadLayersModel,
  model,
  sequential,
} from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { describeOnBackends } from '../testing/backends.js';
import { expectFloat32 } from '../testing/close.js';
import { KeyedNormal } from '../initializer/keyed-normal.js';
import { TransformerBlock } from './transformer-block.js';
import type { TransformerBlockArgs } from './transformer-block-args.js';

const [B, T, D, H] = [2, 5, 8, 2];
/** Sums of a dozen products through six layers. */
const ROUNDINGS = 100;

const kinds: TransformerBlockArgs[] = [
  { kind: 'shaped', numHeads: H },
  { kind: 'shaped', numHeads: H, mlpDim: 12, activation: 'gelu', outputProjection: false },
  { kind: 'shaped', numHeads: H, activation: 'relu', centring: false },
  { kind: 'shaped', numHeads: H, activation: 'silu', identity: false },
  { kind: 'unshaped', numHeads: H, keyDim: 3 },
  { kind: 'preLN', numHeads: H, mlpDim: 16 },
  { kind: 'postLN', numHeads: H, norm: 'rms' },
  { kind: 'depthScaled', numHeads: H, depth: 4, useCausalMask: true },
];
const titled = kinds.map((args) => [args.kind + (args.activation ?? ''), args] as const);

/** Fixed values of order 1, without a pattern that symmetries could hide behind. */
function inputOf(...shape: number[]): tf.Tensor {
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) =>
    Math.sin(1 + 1.7 * i + 0.01 * i * i),
  );
  return tf.tensor(values, shape);
}

const valuesOf = (weights: tf.Tensor[]) => weights.map((w) => [...w.dataSync()]);

/** The model as `save` writes it, and read back by `loadLayersModel`. */
async function reloaded(network: LayersModel): Promise<LayersModel> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  await network.save(
    tf.io.withSaveHandler((saved) => {
      artifacts = JSON.parse(
        JSON.stringify({ ...saved, weightData: undefined }),
      ) as tf.io.ModelArtifacts;
      artifacts.weightData = saved.weightData;
      return Promise.resolve({
        modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' },
      });
    }),
  );
  return loadLayersModel(tf.io.fromMemory(artifacts!));
}

describeOnBackends('TransformerBlock', () => {
  test.each(titled)('%s: both parametrisations are one function at initialisation', (_, args) => {
    tf.tidy(() => {
      const x = inputOf(B, T, D);
      const [paper, standard] = (['paper', 'standard'] as const).map((parametrization) => {
        const block = new TransformerBlock({ ...args, parametrization, seed: 3 });
        return block.tap(x);
      });
      expectFloat32(standard.output, paper.output.dataSync(), ROUNDINGS);
      expectFloat32(standard.scores!, paper.scores!.dataSync(), ROUNDINGS);
    });
  });

  test.each(titled)('%s: a saved model gives the same numbers when loaded', async (_, args) => {
    const before = tf.memory().numTensors;
    const network = sequential({
      layers: [
        new TransformerBlock({ ...args, seed: 1, inputShape: [T, D] }),
        new TransformerBlock({ ...args, seed: 2 }),
        layers.dense({ units: 3 }),
      ],
    });
    const copy = await reloaded(network);
    const [y, z] = tf.tidy(() => {
      const x = inputOf(B, T, D);
      return [network, copy].map((m) => [...(m.predict(x) as tf.Tensor).dataSync()]);
    });
    expect(z).toEqual(y);
    expect(copy.getWeights().length).toBe(network.getWeights().length);
    network.dispose();
    copy.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each(titled)('%s: fit changes every weight and leaks nothing', async (_, args) => {
    const x = input({ shape: [T, D] });
    const block = new TransformerBlock({ ...args, seed: 1 });
    const y = layers.dense({ units: 1 }).apply(block.apply(x)) as typeof x;
    const network = model({ inputs: x, outputs: y });
    network.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const [xs, ys] = [inputOf(B, T, D), tf.zeros([B, T, 1])];
    await network.fit(xs, ys, { epochs: 1, verbose: 0 });
    const before = tf.memory().numTensors;
    const start = valuesOf(block.getWeights());
    await network.fit(xs, ys, { epochs: 2, verbose: 0 });
    valuesOf(block.getWeights()).forEach((values, i) => {
      expect(values, block.weights[i].name).not.toEqual(start[i]);
      expect(values.every(Number.isFinite)).toBe(true);
    });
    expect(tf.memory().numTensors).toBe(before);
    network.dispose();
    tf.dispose([xs, ys]);
  });

  test.each(titled)('%s: a call or tap leaves nothing but what it returns', (_, args) => {
    const before = tf.memory().numTensors;
    const x = inputOf(B, T, D);
    const block = new TransformerBlock({ ...args, seed: 1 });
    const y = tf.tidy(() => block.apply(x) as tf.Tensor);
    const taps = block.tap(x);
    expect([...taps.output.dataSync()]).toEqual([...y.dataSync()]);
    tf.dispose([x, y, taps]);
    expect(block.dispose().numDisposedVariables).toBe(block.weights.length);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('padding masks propagate: what stands in padded positions changes no real token', () => {
    const embedding = layers.embedding({
      inputDim: 9,
      outputDim: D,
      maskZero: true,
      embeddingsInitializer: new KeyedNormal({ seed: 4 }),
    });
    const ids = input({ shape: [T], dtype: 'int32' });
    const blocks = [1, 2].map(
      (seed) => new TransformerBlock({ kind: 'shaped', numHeads: H, seed }),
    );
    const y = blocks.reduce(
      (t, block) => block.apply(t) as typeof ids,
      embedding.apply(ids) as typeof ids,
    );
    const network = model({ inputs: ids, outputs: y });
    tf.tidy(() => {
      const tokens = tf.tensor2d([[3, 1, 4, 0, 0]], [1, T], 'int32');
      const out = network.predict(tokens) as tf.Tensor3D;
      // The same as an unpadded window, because C̄ counts the real keys only.
      const short = embedding.apply(tf.tensor2d([[3, 1, 4]], [1, 3], 'int32')) as tf.Tensor;
      const alone = blocks.reduce((t, block) => block.apply(t) as tf.Tensor, short);
      expectFloat32(tf.slice(out, [0, 0, 0], [1, 3, D]), alone.dataSync(), ROUNDINGS);
      // Called on tensors, the mask that the embedding attached goes through both blocks too.
      const eager = blocks.reduce(
        (t, block) => block.apply(t) as tf.Tensor,
        embedding.apply(tokens) as tf.Tensor,
      );
      expectFloat32(eager, out.dataSync(), ROUNDINGS);
      // Without the mask the real tokens differ.
      const unmasked = blocks[0].call(
        tf.tidy(() => tf.clone(embedding.apply(tokens) as tf.Tensor)),
      );
      const masked = blocks[0].call(embedding.apply(tokens) as tf.Tensor);
      const gap = tf.max(tf.abs(tf.sub(tf.slice(unmasked, 0, 1), tf.slice(masked, 0, 1))));
      expect(gap.dataSync()[0]).toBeGreaterThan(0.01);
    });
    network.dispose();
  });

  test('an explicit mask reaches the attention', () => {
    tf.tidy(() => {
      const x = inputOf(B, T, D);
      const mask = tf.linalg.bandPart(tf.ones([T, T]), -1, 0);
      const causal = new TransformerBlock({
        kind: 'shaped',
        numHeads: H,
        seed: 1,
        useCausalMask: true,
      });
      const full = new TransformerBlock({ kind: 'shaped', numHeads: H, seed: 1 });
      const [a, b] = [causal.tap(x), full.tap(x, { attentionMask: mask })];
      expectFloat32(b.output, a.output.dataSync(), ROUNDINGS);
      expectFloat32(b.scores!, a.scores!.dataSync(), ROUNDINGS);
    });
  });
});

describe('weights', () => {
  test('kernels of one block, and blocks without a seed in one model, have different numbers', () => {
    const blocks = [0, 1].map(() => {
      const block = new TransformerBlock({ kind: 'unshaped', numHeads: H });
      block.build([null, T, D]);
      return block;
    });
    const firsts = blocks.flatMap((block) => valuesOf(block.getWeights()).map((v) => v[0]));
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  test('reseed redraws every weight in place, as a new block of that seed has them', () => {
    for (const [, args] of titled) {
      const [block, fresh] = [1, 2].map((seed) => {
        const made = new TransformerBlock({ ...args, seed });
        made.build([null, T, D]);
        return made;
      });
      const ids = block.weights.map((w) => w.id);
      block.setWeights(block.getWeights().map((w) => tf.add(w, 1)));
      block.reseed(2);
      expect(valuesOf(block.getWeights())).toEqual(valuesOf(fresh.getWeights()));
      expect(block.weights.map((w) => w.id)).toEqual(ids);
      expect(block.getConfig()['seed']).toBe(2);
    }
  });

  test('gains start where they are told, again after reseed', () => {
    const block = new TransformerBlock({ kind: 'shaped', numHeads: H, gamma1: 0.5, gamma2: 1.25 });
    block.build([null, T, D]);
    block.weight('gamma1')!.write(tf.zeros([H]));
    block.reseed(4);
    expect([...block.weight('gamma1')!.read().dataSync()]).toEqual([0.5, 0.5]);
    expect([...block.weight('gamma2')!.read().dataSync()]).toEqual([1.25, 1.25]);
  });

  test('every weight is found by its name', () => {
    const block = new TransformerBlock({ kind: 'preLN', attention: 'shaped', numHeads: H });
    expect(block.weight('mlp/pre/kernel')).toBeUndefined();
    tf.dispose(block.apply(inputOf(B, T, D)) as tf.Tensor);
    for (const { name } of block.weights) {
      const short = name.slice(block.name.length + 1);
      expect(block.weight(short)?.name).toBe(name);
    }
    expect(block.weight('mlp/pre/bias')).toBeUndefined();
  });

  test('frozen gains stay outside the trainable weights, and out of training', async () => {
    const block = new TransformerBlock({
      kind: 'shaped',
      ...{ numHeads: H, trainableGains: false, inputShape: [T, D] },
    });
    const network = sequential({ layers: [block] });
    const shortNames = (list: { originalName: string }[]) =>
      list.map((w) => w.originalName.slice(block.name.length + 1));
    expect(shortNames(block.nonTrainableWeights)).toEqual(['gamma1', 'gamma2']);
    network.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const x = inputOf(B, T, D);
    await network.fit(x, tf.zerosLike(x), { epochs: 1, verbose: 0 });
    expect([...block.weight('gamma1')!.read().dataSync()]).toEqual([1, 1]);
  });

  test('freezing a block freezes every weight, keeps their order, and can be undone', () => {
    const block = new TransformerBlock({ kind: 'shaped', numHeads: H, trainableGains: false });
    block.build([null, T, D]);
    const names = block.weights.map((w) => w.name);
    const trainable = block.trainableWeights.length;
    block.trainable = false;
    expect(block.trainableWeights).toEqual([]);
    expect(block.weights.map((w) => w.name)).toEqual(names);
    block.trainable = true;
    expect(block.trainableWeights.length).toBe(trainable);
    expect(block.weights.map((w) => w.name)).toEqual(names);
  });

  test('the number of parameters is that of its matrices', () => {
    const block = new TransformerBlock({ kind: 'shaped', numHeads: H, keyDim: 3, mlpDim: 12 });
    block.build([null, T, D]);
    expect(block.countParams()).toBe(2 * D * H * 3 + 2 * D * D + 2 * H + 2 * D * 12);
  });
});

describe('errors', () => {
  test('a width that the heads do not divide is refused', () => {
    const block = new TransformerBlock({ kind: 'shaped', numHeads: 3 });
    expect(() => block.build([null, T, D])).toThrow(
      /numHeads to divide the width, got 3 heads and width 8/,
    );
  });

  test('wrong options of a branch are refused by the constructor', () => {
    const make = (args: Partial<TransformerBlockArgs>) => () =>
      new TransformerBlock({ kind: 'shaped', numHeads: H, ...args });
    expect(make({ numHeads: 0 })).toThrow(/numHeads/);
    expect(make({ tau0: -1 })).toThrow(/tau0 to be positive/);
    expect(make({ mlpDim: 1.5 })).toThrow(/mlpDim to be a positive integer, got 1.5/);
    expect(make({ activation: 'gelu', a: 0 })).toThrow(/a to be positive/);
    expect(make({ parametrization: 'paper', useBias: true })).toThrow(/no useBias/);
    expect(make({ kind: 'preLN', epsilon: 0 })).toThrow(/epsilon to be positive/);
  });
});
