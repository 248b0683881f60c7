import * as tf from '@tensorflow/tfjs-core';
import { sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ActivationName, resolveActivation } from '../activation/resolve-activation.js';
import { describeOnBackends, useBackend } from '../testing/backends.js';
import { expectFloat32 } from '../testing/close.js';
import { ShapedMLP, type ShapedMLPArgs } from './shaped-mlp.js';

const D = 6;
/** Two products of at most a dozen terms. */
const ROUNDINGS = 40;

describeOnBackends('ShapedMLP', () => {
  test.each([
    ['shapedRelu', 6],
    ['relu', 10],
    ['gelu', 4],
  ] as const)(
    '%s, F = %d: both parametrisations are one function at initialisation',
    (activation, mlpDim) => {
      tf.tidy(() => {
        const x = tf.reshape(tf.linspace(-1.7, 1.8, 2 * 3 * D), [2, 3, D]);
        const [paper, standard] = (['paper', 'standard'] as const).map((parametrization) => {
          const layer = new ShapedMLP({ activation, mlpDim, parametrization, seed: 8 });
          layer.build([null, null, D]);
          return { layer, taps: layer.tap(x) };
        });
        expectFloat32(standard.taps.output, paper.taps.output.dataSync(), ROUNDINGS);
        const { normalizer } = resolveActivation({
          activation,
          cPlus: 0,
          cMinus: -1,
          a: 1,
          width: D,
        });
        const [unit, scaled] = [paper, standard].map(({ layer }) =>
          layer.weight('post/kernel')!.read(),
        );
        const factor = Math.sqrt(normalizer / mlpDim);
        expectFloat32(scaled, tf.mul(unit, factor).dataSync(), 2);
      });
    },
  );

  test('biases start at 0, have gradients and survive a configuration', () => {
    const before = tf.memory().numTensors;
    const layer = new ShapedMLP({ useBias: true, mlpDim: 3, kernelRegularizer: 'l1l2', seed: 2 });
    const x = tf.ones([2, D]);
    tf.tidy(() => {
      const y = layer.apply(x) as tf.Tensor;
      const again = new ShapedMLP({ ...layer.getConfig(), name: undefined });
      expectFloat32(again.apply(x) as tf.Tensor, y.dataSync(), 0);
      again.dispose();
      const { grads } = tf.variableGrads(() => tf.sum(layer.apply(x) as tf.Tensor));
      expectFloat32(grads[layer.weight('post/bias')!.name], Array<number>(D).fill(2), 1);
      const preBias = grads[layer.weight('pre/bias')!.name];
      expect(preBias.shape).toEqual([3]);
      expect(tf.max(tf.abs(preBias)).dataSync()[0]).toBeGreaterThan(0);
    });
    expect(layer.losses.length).toBe(2);
    layer.dispose();
    x.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('the normaliser', () => {
  beforeAll(() => useBackend('cpu'));
  const [width, hidden, networks] = [16, 2048, 8];
  const count = hidden * networks;
  // Seeded; 5 standard errors, alpha below 6e-7 an activation.
  test.each([
    ['shapedRelu', 1],
    ['relu', 1],
    ['tanh', 0.25],
    ['gelu', 0.25],
    ['silu', 0.25],
    ['softplus', 0.25],
  ] as [ActivationName, number][])(
    '%s: c E[σ(u)²] is 1 for a token of unit variance',
    (activation, a) => {
      const options = { activation, a, cPlus: 1, cMinus: -2 };
      const { normalizer } = resolveActivation({ ...options, width });
      const layer = new ShapedMLP({ ...options, mlpDim: hidden, seed: 0 });
      let [sum, square] = [0, 0];
      tf.tidy(() => {
        const x = tf.ones([1, width]);
        layer.apply(x);
        for (let seed = 1; seed <= networks; seed++) {
          layer.reseed(seed);
          for (const phi of layer.tap(x).activation.dataSync()) {
            sum += normalizer * phi ** 2;
            square += (normalizer * phi ** 2) ** 2;
          }
        }
      });
      layer.dispose();
      const mean = sum / count;
      const standardError = Math.sqrt((square / count - mean * mean) / count);
      expect(Math.abs(mean - 1)).toBeLessThan(5 * standardError);
      // Negative control: without the normaliser the same measurement is rejected.
      expect(Math.abs(mean / normalizer - 1)).toBeGreaterThan((5 * standardError) / normalizer);
    },
  );
});

describe('options', () => {
  beforeAll(() => useBackend('cpu'));

  test('the layer works in a sequential model and counts its parameters', () => {
    const network = sequential({ layers: [new ShapedMLP({ mlpDim: 10, inputShape: [4, D] })] });
    expect(network.outputShape).toEqual([null, 4, D]);
    expect(network.countParams()).toBe(2 * 10 * D);
    network.dispose();
  });

  test.each([
    [{ mlpDim: 0 }, /mlpDim to be a positive integer, got 0/],
    [{ activation: 'swish' }, /expected one of shapedRelu, .* got swish/],
    [{ cPlus: Infinity }, /finite cPlus/],
    [{ parametrization: 'ntk' }, /parametrization 'paper' or 'standard', got ntk/],
    [{ parametrization: 'paper', useBias: true }, /no useBias in the paper's/],
    [{ parametrization: 'paper', kernelInitializer: 'ones' }, /no kernelInitializer/],
  ] as [ShapedMLPArgs, RegExp][])('%j is refused', (args, message) => {
    expect(() => new ShapedMLP(args)).toThrow(message);
  });
});
