import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../testing/backends.js';
import golden from '../testing/golden/activations.json' with { type: 'json' };
import { activationNormalizer } from './activation-normalizer.js';
import { gaussianMean } from './gaussian-mean.js';
import { shapedActivation, type SmoothShape, smoothScale } from './shaped-activation.js';
import { ShapedActivation } from './shaped-activation-layer.js';
import { erf } from './smooth.js';

/** Float64 after a sum of some hundred terms. */
const QUADRATURE = 1e-13;
/** Some roundings of float32, relative; the erf and tanh kernels are accurate to about this. */
const KERNEL = 1e-6;

const cases = golden.cases.map((c) => ({
  ...c,
  shape: { activation: c.activation, a: c.a, width: c.width } as SmoothShape,
}));

test('gaussianMean integrates polynomials, exponentials and cosines to float64', () => {
  expect(gaussianMean(() => 1)).toBeCloseTo(1, 13);
  expect(gaussianMean((g) => g ** 8)).toBeCloseTo(105, 10);
  expect(gaussianMean((g) => Math.exp(g))).toBeCloseTo(Math.exp(0.5), 12);
  expect(gaussianMean((g) => Math.cos(3 * g))).toBeCloseTo(Math.exp(-4.5), 13);
  expect(() => gaussianMean((g) => Math.sign(g - 0.1))).toThrow(/did not settle/);
});

test('erf is accurate to 1e-15 on both of its branches', () => {
  // mpmath.erf(x)
  expect(Math.abs(erf(0.5) - 0.5204998778130465)).toBeLessThan(1e-15);
  expect(Math.abs(erf(-2.9) + 0.9999589021219005)).toBeLessThan(1e-15);
  expect(Math.abs(erf(3.1) - 0.9999883513426328)).toBeLessThan(1e-15);
  expect(erf(0)).toBe(0);
  expect(erf(-9)).toBe(-1);
});

test.each(cases)('$activation, a $a, width $width: float64 value and normaliser', (c) => {
  const { s, smooth } = smoothScale(c.shape);
  golden.x.forEach((x, i) => {
    const error = Math.abs(s * smooth.value(x / s) - c.value[i]);
    expect(error).toBeLessThanOrEqual(QUADRATURE * Math.abs(x));
  });
  expect(Math.abs(activationNormalizer(c.shape) / c.normalizer - 1)).toBeLessThan(QUADRATURE);
});

test('the shape flattens: the normaliser tends to 1, at rate 1/n for tanh', () => {
  const excess = (width: number) =>
    1 - 1 / activationNormalizer({ activation: 'tanh', a: 1, width });
  // E[φ²] = 1 − (2/3) E[g⁴]/n + O(1/n²) = 1 − 2/n + O(1/n²)
  expect(excess(1e4) * 1e4).toBeCloseTo(2, 2);
  expect(excess(1e6) * 1e6).toBeCloseTo(2, 4);
});

test('wrong shapes are refused with the value received', () => {
  const call = (shape: Partial<SmoothShape>) => () =>
    smoothScale({ activation: 'tanh', a: 1, width: 4, ...shape });
  expect(call({ activation: 'swish' as 'silu' })).toThrow(/one of tanh, gelu.*got swish/);
  expect(call({ a: 0 })).toThrow(/positive and finite, got 0/);
  expect(call({ width: 1.5 })).toThrow(/positive integer, got 1.5/);
});

describeOnBackends('shapedActivation', () => {
  test.each(cases)('$activation, a $a, width $width: values and gradients', (c) => {
    const [y, dx] = tf.tidy(() => {
      const x = tf.tensor1d(golden.x);
      const f = (t: tf.Tensor) => shapedActivation(t, c.shape);
      const { value, grads } = tf.valueAndGrads(f)([x], tf.fill([golden.x.length], 2));
      return [value.dataSync(), grads[0].dataSync()];
    });
    golden.x.forEach((x, i) => {
      // Relative to the input: near 0 the value is the input, far out it is at most about 2x.
      expect(Math.abs(y[i] - c.value[i])).toBeLessThanOrEqual(KERNEL * Math.abs(x));
      expect(Math.abs(dx[i] - 2 * c.derivative[i])).toBeLessThanOrEqual(2 * KERNEL);
    });
  });

  test('leaves no tensor behind', () => {
    const x = tf.ones([2, 3]);
    const before = tf.memory().numTensors;
    for (const { shape } of cases) {
      shapedActivation(x, shape).dispose();
      tf.grad((t) => tf.sum(shapedActivation(t, shape)))(x).dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });

  test('the layer takes n from its input, or as given, and survives getConfig', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([[-1, 2, -3, 4]]);
      const y = (layer: ShapedActivation) => [...(layer.apply(x) as tf.Tensor).dataSync()];
      const shape = { activation: 'gelu', a: 1 } as const;
      const direct = (width: number) => [...shapedActivation(x, { ...shape, width }).dataSync()];
      expect(y(new ShapedActivation({ activation: 'gelu' }))).toEqual(direct(4));
      const wide = new ShapedActivation({ activation: 'gelu', width: 64 });
      expect(y(wide)).toEqual(direct(64));
      const again = { ...wide.getConfig(), activation: wide.activation, name: undefined };
      expect(y(new ShapedActivation(again))).toEqual(y(wide));
    });
  });
});
