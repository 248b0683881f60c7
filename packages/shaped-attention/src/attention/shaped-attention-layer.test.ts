import * as tf from '@tensorflow/tfjs-core';
import {
  initializers,
  input,
  layers,
  loadLayersModel,
  model as functionalModel,
  sequential,
  type LayersModel,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { drawNormal } from '../initializer/draw-keyed.js';
import { describeOnBackends, useBackend } from '../testing/backends.js';
import { expectFloat32 } from '../testing/close.js';
import { ShapedAttention } from './shaped-attention-layer.js';
import type { ShapedAttentionArgs } from './shaped-attention-args.js';

/** Products of at most 16 terms, four in a row. */
const ROUNDINGS = 100;
const [B, T, D] = [2, 5, 8];
const SMALL = { numHeads: 2, keyDim: 3, seed: 7 };
const PADDING = [
  [1, 1, 1, 0, 0],
  [1, 1, 1, 1, 1],
];

const windows = (seed = 1, shape = [B, T, D]) => drawNormal(shape, seed) as tf.Tensor3D;
const padding = () => tf.tensor2d(PADDING, [B, T], 'bool');
const run = (layer: layers.Layer, x: tf.Tensor | tf.Tensor[], kwargs = {}) =>
  layer.apply(x, kwargs) as tf.Tensor;
const numbers = (x: tf.Tensor) => [...x.dataSync()];

describeOnBackends('ShapedAttention', () => {
  test.each([
    [{ temperature: 'shaped' }],
    [{ temperature: 'standard' }],
    [{ temperature: 'shaped', useCausalMask: true, outputProjection: false }],
    [{ shaped: false }],
  ] as [Partial<ShapedAttentionArgs>][])(
    'the two parametrisations are one function at initialisation: %j',
    (args) => {
      const x = windows();
      const both = { ...SMALL, ...args, useBias: false };
      const paper = new ShapedAttention({ ...both, parametrization: 'paper' });
      const standard = new ShapedAttention({ ...both, parametrization: 'standard' });
      expectFloat32(run(paper, x), numbers(run(standard, x)), ROUNDINGS);
      const ratio = numbers(tf.div(paper.getWeights()[0], standard.getWeights()[0]));
      expectFloat32(
        ratio,
        ratio.map(() => Math.sqrt(D)),
        4,
      );
    },
  );

  test('every weight has its own numbers and a gradient', () => {
    const layer = new ShapedAttention({ ...SMALL, trainableSoftmaxGain: true });
    const x = windows();
    const names = ['query', 'key', 'value', 'output'].flatMap((p) => [`${p}/kernel`, `${p}/bias`]);
    const loss = () => tf.sum<tf.Scalar>(tf.square(run(layer, x)));
    loss();
    const local = (name: string) => name.split('/').slice(1).join('/');
    expect(layer.trainableWeights.map((w) => local(w.originalName))).toEqual([
      ...names,
      'gamma1',
      'gamma2',
      'gammaS',
    ]);
    const { grads } = tf.variableGrads(loss);
    for (const name of [...names, 'gamma1', 'gamma2', 'gammaS']) {
      const size = tf.max(tf.abs(grads[layer.weight(name)!.name])).dataSync()[0];
      // A constant added to every key shifts a row's logits alike: that gradient is exactly zero.
      if (name === 'key/bias') expect(size).toBeLessThan(1e-3);
      else expect(size).toBeGreaterThan(1e-3);
    }
    const kernels = layer.getWeights().filter((w) => w.rank === 2);
    expect(new Set(kernels.map((w) => w.dataSync()[0])).size).toBe(4);
  });

  test('gains are frozen on request, and the third one is fixed by default', () => {
    const layer = new ShapedAttention({ ...SMALL, trainableGains: false, gamma1: 0.5 });
    run(layer, windows());
    expect(layer.nonTrainableWeights.map((w) => numbers(w.read()))).toEqual([
      [0.5, 0.5],
      [1, 1],
    ]);
    expect(layer.weight('gammaS')).toBeUndefined();
  });

  test.each([
    [{ identity: false }, ['gamma2'], { gamma1: 0 }],
    [{ centring: false }, ['gamma1'], { gamma2: 0 }],
    [{ identity: false, centring: false }, [], { gamma1: 0, gamma2: 0 }],
  ] as [Partial<ShapedAttentionArgs>, string[], Partial<ShapedAttentionArgs>][])(
    'without a term, %j, A is that of its gain at 0, and the gain is no weight',
    (args, gains, zero) => {
      const x = windows();
      const layer = new ShapedAttention({ ...SMALL, ...args });
      const { output, scores } = layer.tap(x);
      const frozen = new ShapedAttention({ ...SMALL, ...zero, trainableGains: false }).tap(x);
      expectFloat32(scores, numbers(frozen.scores), ROUNDINGS);
      expectFloat32(output, numbers(frozen.output), ROUNDINGS);
      const whole = new ShapedAttention(SMALL).tap(x).output;
      expect(tf.max(tf.abs(tf.sub(output, whole))).dataSync()[0]).toBeGreaterThan(0.1);
      const own = ['gamma1', 'gamma2'].filter((name) => layer.weight(name) !== undefined);
      expect(own).toEqual(gains);
      expect(own.every((name) => layer.trainableWeights.includes(layer.weight(name)!))).toBe(true);
      // A config makes the same layer again.
      const again = new ShapedAttention(layer.getConfig() as unknown as ShapedAttentionArgs);
      expect(numbers(again.tap(x).output)).toEqual(numbers(output));
    },
  );

  test('without the identity no alignment of queries and keys is needed', () => {
    const [query, value] = [windows(1, [B, 3, D]), windows(2)];
    const [without, whole] = [false, true].map(
      (identity) => new ShapedAttention({ ...SMALL, identity }),
    );
    expect(run(without, [query, value]).shape).toEqual([B, 3, D]);
    expect(() => run(whole, [query, value])).toThrow(/expected an alignment/);
  });

  test('the simplified Transformer is a choice of gains: αI + βP − γC̄', () => {
    const x = windows();
    const gains = { gamma1: 0.3, gammaS: 0.6, gamma2: 0.1 };
    const { scores } = new ShapedAttention({ ...SMALL, ...gains }).tap(x);
    const softmax = new ShapedAttention({ ...SMALL, gamma1: 0, gamma2: 0 }).tap(x).scores;
    const eye = numbers(tf.tile(tf.reshape(tf.eye(T), [1, 1, T, T]), [B, 2, 1, 1]));
    const expected = numbers(softmax).map((p, i) => 0.3 * eye[i] + 0.6 * p - 0.1 / T);
    expectFloat32(scores, expected, ROUNDINGS);
  });

  test('without projection, heads stand side by side; outputShape sets an output token', () => {
    const args = { ...SMALL, valueDim: 4 };
    const joined = new ShapedAttention({ ...args, outputProjection: false });
    expect(run(joined, windows()).shape).toEqual([B, T, 8]);
    const shaped = new ShapedAttention({ ...args, outputShape: [2, 3] });
    expect(run(shaped, windows()).shape).toEqual([B, T, 2, 3]);
    expect(shaped.computeOutputShape([null, T, D])).toEqual([null, T, 2, 3]);
  });

  test('a padding mask comes by option, from the tensor, or from a model, all the same', () => {
    const x = windows();
    const byOption = numbers(run(new ShapedAttention(SMALL), x, { mask: padding() }));
    const attached = tf.clone(x) as tf.Tensor & { kerasMask?: tf.Tensor };
    attached.kerasMask = padding();
    const layer = new ShapedAttention(SMALL);
    const output = run(layer, attached) as tf.Tensor & { kerasMask?: tf.Tensor };
    expect(numbers(output)).toEqual(byOption);
    expect(output.kerasMask).toBe(attached.kerasMask);

    const zeroed = tf.mul(x, tf.cast(tf.reshape(padding(), [B, T, 1]), 'float32'));
    const masked = sequential({
      layers: [
        layers.masking({ maskValue: 0, inputShape: [T, D] }),
        new ShapedAttention({ ...SMALL, name: 'attention' }),
      ],
    });
    const direct = run(new ShapedAttention(SMALL), zeroed, { mask: padding() });
    expectFloat32(masked.predict(zeroed) as tf.Tensor, numbers(direct), ROUNDINGS);
    const unmasked = run(new ShapedAttention(SMALL), zeroed);
    expect(numbers(unmasked)).not.toEqual(numbers(direct));
  });

  test('what is masked has no influence: padded keys, later keys, forbidden keys', () => {
    const x = windows();
    const changed = tf.add(
      x,
      tf.mul(windows(2), tf.reshape(tf.oneHot(tf.tensor1d([3], 'int32'), T), [1, T, 1])),
    );
    const others = (y: tf.Tensor, rows: number[]) =>
      rows.flatMap((row) => numbers(tf.slice(y, [0, row, 0], [1, 1, -1])));
    const compare = (kwargs: object, rows: number[]) => {
      const layer = new ShapedAttention(SMALL);
      expect(others(run(layer, changed, kwargs), rows)).toEqual(
        others(run(layer, x, kwargs), rows),
      );
      expect(others(run(layer, changed), rows)).not.toEqual(others(run(layer, x), rows));
    };
    compare({ mask: padding() }, [0, 1, 2, 4]);
    compare({ useCausalMask: true }, [0, 1, 2]);
    const attentionMask = tf.tensor2d(
      Array.from({ length: T * T }, (_, i) => (i % T === 3 ? 0 : 1)),
      [T, T],
    );
    compare({ attentionMask }, [0, 1, 2, 4]);
  });

  test('cross attention: query, value and key, refused without an alignment', () => {
    const [query, value] = [windows(1, [B, 2, D]), windows(2, [B, T, 6])];
    expect(() => run(new ShapedAttention(SMALL), [query, value])).toThrow(/alignment/);
    const layer = new ShapedAttention({ ...SMALL, alignment: 'end' });
    const mask = padding();
    const output = run(layer, [query, value], { mask: [null, mask] });
    expect(output.shape).toEqual([B, 2, D]);
    const again = run(layer, [query, value, value], { mask: [null, mask] });
    expect(numbers(again)).toEqual(numbers(output));
    expect(numbers(run(layer, [query, value]))).not.toEqual(numbers(output));
    const plain = new ShapedAttention({ ...SMALL, shaped: false });
    expect(run(plain, [query, value]).shape).toEqual([B, 2, D]);
    const frozen = new ShapedAttention({ ...SMALL, gamma1: 0, trainableGains: false });
    expect(run(frozen, [query, value]).shape).toEqual([B, 2, D]);
  });

  test('decoding with a cache gives the last rows of the causal whole', () => {
    const x = windows();
    const whole = run(new ShapedAttention({ ...SMALL, useCausalMask: true }), x);
    const decoder = new ShapedAttention({ ...SMALL, useCausalMask: true, alignment: 'end' });
    const last = run(decoder, [tf.slice(x, [0, T - 2, 0], [-1, -1, -1]), x]);
    expectFloat32(last, numbers(tf.slice(whole, [0, T - 2, 0], [-1, -1, -1])), ROUNDINGS);
  });

  test('in a functional model an explicit mask is a fourth input', () => {
    const [x, attentionMask] = [windows(), tf.linalg.bandPart(tf.ones([B, T, T]), 1, 1)];
    const symbols = [input({ shape: [T, D] }), input({ shape: [T, T] })];
    const outputs = new ShapedAttention(SMALL).apply([
      symbols[0],
      symbols[0],
      symbols[0],
      symbols[1],
    ]) as SymbolicTensor;
    const model = functionalModel({ inputs: symbols, outputs });
    const direct = run(new ShapedAttention(SMALL), x, { attentionMask });
    expect(numbers(model.predict([x, attentionMask]) as tf.Tensor)).toEqual(numbers(direct));
    expect(numbers(direct)).not.toEqual(numbers(run(new ShapedAttention(SMALL), x)));
  });

  test('scores are returned on request, by call or by argument', () => {
    const x = windows();
    const layer = new ShapedAttention(SMALL);
    const [output, scores] = layer.apply(x, { returnAttentionScores: true }) as tf.Tensor[];
    expect(scores.shape).toEqual([B, 2, T, T]);
    expect(numbers(layer.tap(x).scores)).toEqual(numbers(scores));
    expect(numbers(run(layer, x))).toEqual(numbers(output));
    const symbolic = input({ shape: [T, D] });
    const outputs = new ShapedAttention({ ...SMALL, returnAttentionScores: true }).apply(
      symbolic,
    ) as SymbolicTensor[];
    const [, fromModel] = functionalModel({ inputs: symbolic, outputs }).predict(x) as tf.Tensor[];
    expect(numbers(fromModel)).toEqual(numbers(scores));
  });

  test('dropout draws a new mask each training call, and the same ones from the same seed', () => {
    const x = windows();
    const make = () => new ShapedAttention({ ...SMALL, dropout: 0.5 });
    const layer = make();
    const training = { training: true };
    const [first, second] = [run(layer, x, training), run(layer, x, training)].map(numbers);
    expect(first).not.toEqual(second);
    expect(numbers(run(layer, x))).toEqual(numbers(run(make(), x)));
    const again = make();
    expect([run(again, x, training), run(again, x, training)].map(numbers)).toEqual([
      first,
      second,
    ]);
    again.dropoutCall = 1;
    expect(numbers(run(again, x, training))).toEqual(second);
    again.reseed(SMALL.seed);
    expect(numbers(run(again, x, training))).toEqual(first);
  });

  test('reseed gives the layer that another seed would have made', () => {
    const x = windows();
    const layer = new ShapedAttention({ ...SMALL, kernelInitializer: 'glorotUniform' });
    const before = numbers(run(layer, x));
    layer.reseed(8);
    const other = new ShapedAttention({ ...SMALL, kernelInitializer: 'glorotUniform', seed: 8 });
    expect(numbers(run(layer, x))).toEqual(numbers(run(other, x)));
    expect(numbers(run(layer, x))).not.toEqual(before);
  });

  test('regularizers and constraints act on kernels and biases', () => {
    const layer = new ShapedAttention({
      ...SMALL,
      kernelRegularizer: 'l1l2',
      biasConstraint: 'nonNeg',
      biasInitializer: initializers.constant({ value: -1 }),
    });
    run(layer, windows());
    expect(layer.calculateLosses()).toHaveLength(4);
    const bias = layer.weight('query/bias')!;
    bias.write(tf.mul(bias.read(), 2));
    expect(Math.max(...numbers(bias.read()).map(Math.abs))).toBe(0);
  });

  test('trains in a functional model, survives save and load, and leaks nothing', async () => {
    const ids = input({ shape: [T] });
    const embedded = layers
      .dense({ units: T * D, kernelInitializer: 'glorotNormal' })
      .apply(ids) as SymbolicTensor;
    const tokens = layers.reshape({ targetShape: [T, D] }).apply(embedded) as SymbolicTensor;
    const mixed = new ShapedAttention({
      ...SMALL,
      dropout: 0.1,
      kernelRegularizer: 'l1l2',
      temperature: 'standard',
      useCausalMask: true,
      alignment: 'end',
    }).apply(tokens) as SymbolicTensor;
    const out = layers.dense({ units: 1 }).apply(mixed) as SymbolicTensor;
    const model = functionalModel({ inputs: ids, outputs: out });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const x = drawNormal([8, T], 3);
    const y = tf.cumsum(tf.reshape(x, [8, T, 1]), 1);
    const fit = () => model.fit(x, y, { epochs: 2, batchSize: 8, shuffle: false, verbose: 0 });
    const losses = [...((await fit()).history['loss'] as number[])];
    const before = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) losses.push(...((await fit()).history['loss'] as number[]));
    expect(tf.memory().numTensors).toBe(before);
    expect(losses.at(-1)).toBeLessThan(losses[0]);

    const loaded = await roundTrip(model);
    const [mine, theirs] = [model, loaded].map((m) => numbers(m.predict(x) as tf.Tensor));
    expect(theirs).toEqual(mine);
    const config = (m: LayersModel) =>
      m.layers.find((l) => l.getClassName() === 'ShapedAttention')!.getConfig();
    expect(JSON.stringify(config(loaded))).toBe(JSON.stringify(config(model)));
  });

  test('calls, taps and reseeding keep the number of tensors; disposing frees the weights', () => {
    const start = tf.memory().numTensors;
    const layer = new ShapedAttention(SMALL);
    const x = windows();
    const mask = padding();
    tf.dispose(Object.values(layer.tap(x, { mask })));
    const before = tf.memory().numTensors;
    tf.dispose(run(layer, x, { mask }));
    tf.dispose(Object.values(layer.tap(x)));
    layer.reseed(3);
    tf.dispose(tf.grad((z) => tf.sum(run(layer, z, { mask })))(x));
    expect(tf.memory().numTensors).toBe(before);
    layer.dispose();
    tf.dispose([x, mask]);
    expect(tf.memory().numTensors).toBe(start);
  });
});

/** The model after `save` and `loadLayersModel`, through memory. */
async function roundTrip(model: LayersModel): Promise<LayersModel> {
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      // As a file would: nothing but JSON and bytes survives.
      saved = {
        ...(JSON.parse(JSON.stringify(artifacts)) as object),
        weightData: artifacts.weightData,
      };
      return Promise.resolve({
        modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' },
      });
    }),
  );
  return loadLayersModel(tf.io.fromMemory(saved!));
}

describe('what ShapedAttention refuses', () => {
  test.each([
    [{ numHeads: 0 }, /numHeads to be a positive integer, got 0/],
    [{ keyDim: 1.5 }, /keyDim to be a positive integer/],
    [{ dropout: 1 }, /dropout to be in \[0, 1\)/],
    [{ tau0: -1 }, /tau0 to be positive/],
    [{ gamma2: NaN }, /gamma2 to be finite/],
    [{ temperature: 'hot' }, /temperature to be 'shaped' or 'standard'/],
    [{ parametrization: 'ntk' }, /parametrization to be 'paper' or 'standard'/],
    [{ outputShape: 3, outputProjection: false }, /absent without an output projection/],
    [{ outputShape: [] }, /outputShape to be positive integers/],
    [{ seed: 0.1 }, /safe integer/],
  ])('%j', (args, message) => {
    expect(() => new ShapedAttention({ ...SMALL, ...args } as ShapedAttentionArgs)).toThrow(
      message,
    );
  });

  test('inputs of the wrong rank or number', async () => {
    await useBackend('cpu');
    const layer = new ShapedAttention(SMALL);
    expect(() => run(layer, tf.ones([B, D]))).toThrow(/shape \[B, T, D\]/);
    run(layer, windows());
    expect(() => run(layer, Array(5).fill(windows()) as tf.Tensor[])).toThrow(
      /expected x, \[query/,
    );
    expect(() => layer.build([null, T, null])).toThrow(/D known/);
  });
});
