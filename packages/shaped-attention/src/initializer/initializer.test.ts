import * as tf from '@tensorflow/tfjs-core';
import { initializers, layers, type Shape } from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../testing/backends.js';
import { drawKeyed, drawNormal, weightSeed } from './draw-keyed.js';
import { resolveKerasOptions } from './keras-options.js';
import { KeyedLayer, type KeyedLayerArgs, type WeightStart } from './keyed-layer.js';
import { KeyedNormal } from './keyed-normal.js';
import { rekey } from './rekey.js';

beforeAll(() => useBackend('cpu'));

class TwoWeights extends KeyedLayer {
  static className = 'TwoWeights';
  constructor(
    args: KeyedLayerArgs,
    private readonly start: WeightStart,
  ) {
    super(args);
  }
  override build(_: Shape | Shape[]): void {
    this.addKeyedWeight('a', [3, 4], this.start);
    this.addKeyedWeight('b', [3, 4], this.start);
    this.built = true;
  }
}

const made = (seed: number, start: WeightStart) => {
  const layer = new TwoWeights({ seed }, start);
  layer.build([]);
  return layer;
};
const values = (layer: KeyedLayer) => layer.getWeights().map((w) => [...w.dataSync()]);

test('a weight depends on the seed and its name, and scales with stddev', () => {
  const draw = (...args: [number, string, number?]) => [...drawKeyed([5], ...args).dataSync()];
  expect(draw(3, 'query/kernel')).toEqual(draw(3, 'query/kernel'));
  expect(draw(3, 'query/kernel')).not.toEqual(draw(3, 'key/kernel'));
  expect(draw(3, 'query/kernel')).not.toEqual(draw(4, 'query/kernel'));
  expect(draw(3, 'query/kernel', 2)).toEqual(draw(3, 'query/kernel').map((x) => 2 * x));
  expect(() => drawKeyed([5], 3, 'a', -1)).toThrow(/expected stddev/);
});

// Seeded; bounds are 5 standard errors, alpha below 1e-6 each.
test('KeyedNormal has mean 0 and the asked variance', () => {
  const count = 40_000;
  const sample = [...new KeyedNormal({ seed: 11, stddev: 0.5 }).apply([200, 200]).dataSync()];
  const mean = sample.reduce((s, x) => s + x, 0) / count;
  const variance = sample.reduce((s, x) => s + x * x, 0) / count;
  expect(Math.abs(mean)).toBeLessThan(5 * (0.5 / Math.sqrt(count)));
  expect(Math.abs(variance - 0.25)).toBeLessThan(5 * 0.25 * Math.sqrt(2 / count));
});

test('KeyedNormal survives its configuration and works in a layer of tfjs', () => {
  const initializer = new KeyedNormal({ seed: 9, stddev: 0.1 });
  const again = new KeyedNormal(initializer.getConfig());
  expect([...again.apply([6]).dataSync()]).toEqual([...initializer.apply([6]).dataSync()]);
  const dense = layers.dense({ units: 2, kernelInitializer: initializer, inputShape: [3] });
  dense.build([null, 3]);
  expect([...dense.getWeights()[0].dataSync()]).toEqual([...drawNormal([3, 2], 9, 0.1).dataSync()]);
  expect(() => initializer.apply([2], 'int32')).toThrow(/expected dtype float32/);
});

test.each([
  ['normals', { stddev: 1 }],
  ['an unseeded Keras initializer', { initializer: initializers.glorotUniform({}) }],
  ['a seeded Keras initializer', { initializer: initializers.randomNormal({ seed: 5 }) }],
] as [string, WeightStart][])(
  '%s: weights of one layer differ, and reseed redraws them as a new layer would',
  (_, start) => {
    const layer = made(1, start);
    const [a, b] = values(layer);
    expect(a).not.toEqual(b);
    expect(values(made(1, start))).toEqual([a, b]);
    const before = tf.memory().numTensors;
    layer.reseed(2);
    expect(tf.memory().numTensors).toBe(before);
    expect(values(layer)).not.toEqual([a, b]);
    expect(values(layer)).toEqual(values(made(2, start)));
    expect(layer.getConfig()['seed']).toBe(2);
  },
);

test('reseed restores a constant weight that was changed', () => {
  const layer = made(1, { initializer: initializers.constant({ value: 0.25 }) });
  layer.setWeights([tf.ones([3, 4]), tf.ones([3, 4])]);
  layer.reseed(2);
  expect(values(layer).flat()).toEqual(Array(24).fill(0.25));
});

test('layers without a seed differ by their names', () => {
  const one = new TwoWeights({ name: 'one' }, { stddev: 1 });
  const two = new TwoWeights({ name: 'two' }, { stddev: 1 });
  expect(one.seed).not.toBe(two.seed);
  expect(new TwoWeights({ name: 'one' }, { stddev: 1 }).seed).toBe(one.seed);
  expect(() => new TwoWeights({ seed: 0.5 }, { stddev: 1 })).toThrow(/safe integer/);
});

test('rekey leaves an initializer without a seed alone', () => {
  const ones = initializers.ones();
  expect(rekey(ones, 1, 'a')).toBe(ones);
  expect(weightSeed(1, 'a')).not.toBe(weightSeed(1, 'b'));
});

test('Keras options resolve names, serialized forms and instances', () => {
  const { resolved, config } = resolveKerasOptions({
    kernelInitializer: 'glorotNormal',
    kernelRegularizer: 'l1l2',
    biasConstraint: 'nonNeg',
  });
  expect(resolved.kernelInitializer?.getClassName()).toBe('VarianceScaling');
  expect(resolved.kernelRegularizer).not.toBeNull();
  expect(resolved.biasInitializer).toBeNull();
  expect(resolveKerasOptions(config as object).config).toEqual(config);
  expect(() => resolveKerasOptions({ kernelInitializer: 'nonsense' })).toThrow();
});
