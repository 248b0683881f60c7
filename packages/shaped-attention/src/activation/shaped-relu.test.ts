import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../testing/backends.js';
import { gaussianMean } from './gaussian-mean.js';
import { reluNormalizer } from './relu-normalizer.js';
import { reluSlopes } from './relu-slopes.js';
import { shapedRelu } from './shaped-relu.js';
import { ShapedReLU } from './shaped-relu-layer.js';

const XS = [-3, -0.5, -1e-20, 0, 1e-20, 0.25, 7];
/** Two roundings of float32, relative. */
const ROUNDING = 2 ** -22;

test('slopes are 1 + c/√n', () => {
  expect(reluSlopes({ cPlus: 2, cMinus: -4, width: 64 })).toEqual({ sPlus: 1.25, sMinus: 0.5 });
});

test('the normaliser is one over the second moment of the output at a standard normal input', () => {
  const shape = { cPlus: 0.5, cMinus: -1.2, width: 20 };
  const { sPlus, sMinus } = reluSlopes(shape);
  // Each half of the normal holds a smooth even integrand, so half the sum of both is its mean.
  const second = gaussianMean((g) => ((sPlus * g) ** 2 + (sMinus * g) ** 2) / 2);
  expect(reluNormalizer(shape)).toBeCloseTo(1 / second, 13);
  expect(reluNormalizer({ cPlus: 0, cMinus: -8, width: 64 })).toBe(2);
  expect(reluNormalizer({ cPlus: 0, cMinus: 0, width: 64 })).toBe(1);
});

test('wrong shapes are refused with the value received', () => {
  expect(() => reluSlopes({ cPlus: 0, cMinus: 0, width: 0 })).toThrow(/positive integer, got 0/);
  expect(() => reluSlopes({ cPlus: NaN, cMinus: 0, width: 4 })).toThrow(/finite cPlus/);
  expect(() => reluNormalizer({ cPlus: -2, cMinus: -2, width: 4 })).toThrow(/slope other than 0/);
});

describeOnBackends('shapedRelu', () => {
  const shapes = [
    { cPlus: 0, cMinus: -1, width: 64 },
    { cPlus: 0.5, cMinus: -1.2, width: 100 },
    { cPlus: -10, cMinus: 3, width: 100 }, // s₊ = 0
    { cPlus: 0, cMinus: 0, width: 9 },
  ];

  test.each(shapes)('equals s₊ max(x, 0) + s₋ min(x, 0), and so does its gradient: %j', (shape) => {
    const { sPlus, sMinus } = reluSlopes(shape);
    tf.tidy(() => {
      const x = tf.tensor1d(XS);
      const dy = tf.tensor1d(XS.map((_, i) => i - 2.5));
      const { value, grads } = tf.valueAndGrads((t: tf.Tensor) => shapedRelu(t, shape))([x], dy);
      const y = value.dataSync();
      const dx = grads[0].dataSync();
      XS.forEach((v, i) => {
        const slope = v > 0 ? sPlus : sMinus;
        expect(Math.abs(y[i] - slope * v)).toBeLessThanOrEqual(ROUNDING * Math.abs(slope * v));
        expect(Math.abs(dx[i] - slope * (i - 2.5))).toBeLessThanOrEqual(ROUNDING * 8);
      });
    });
  });

  test('keeps rank and shape and leaves no tensor behind', () => {
    const x = tf.ones([2, 3, 4]);
    const before = tf.memory().numTensors;
    const y = shapedRelu(x, shapes[1]);
    expect(y.shape).toEqual([2, 3, 4]);
    expect(tf.memory().numTensors).toBe(before + 1);
    const dx = tf.grad((t) => tf.sum(shapedRelu(t, shapes[1])))(x);
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose([x, y, dx]);
  });

  test('a NaN stays a NaN', () => {
    const y = tf.tidy(() => shapedRelu(tf.tensor1d([NaN]), shapes[0]).dataSync());
    expect(y[0]).toBeNaN();
  });

  test('the layer takes n from its input, or as given, and survives getConfig', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([[-1, 2, -3, 4]]);
      const y = (layer: ShapedReLU) => [...(layer.apply(x) as tf.Tensor).dataSync()];
      expect(y(new ShapedReLU())).toEqual([-0.5, 2, -1.5, 4]);
      const wide = new ShapedReLU({ width: 16, cPlus: 2, cMinus: -2 });
      expect(y(wide)).toEqual([-0.5, 3, -1.5, 6]);
      expect(y(new ShapedReLU({ ...wide.getConfig(), name: undefined }))).toEqual(y(wide));
    });
  });
});
