import * as tf from '@tensorflow/tfjs-core';
import { input, model } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../testing/backends.js';
import { expectFloat32 } from '../testing/close.js';
import { residual, skipWeight } from './residual.js';
import { ResidualBranch } from './residual-branch.js';

test('the skip weight keeps the variance: λ² + γ² = 1', () => {
  for (const gamma of [0, 0.3, 0.6, 1])
    expect(skipWeight(gamma) ** 2 + gamma ** 2).toBeCloseTo(1, 15);
  expect(() => skipWeight(1.1)).toThrow(/gamma in \[0, 1\], got 1.1/);
  expect(() => skipWeight(NaN)).toThrow(/got NaN/);
});

describeOnBackends('residual', () => {
  test.each([
    { lambda: 0.8, gamma: 0.6 },
    { lambda: 1, gamma: 1 },
    { lambda: 1, gamma: 0.25 },
  ])('is λ x + γ branch, gradients λ dy and γ dy: %j', ({ lambda, gamma }) => {
    tf.tidy(() => {
      const inputs = [tf.tensor1d([1, -2]), tf.tensor1d([3, 5])];
      const sum = (x: tf.Tensor, branch: tf.Tensor) => residual(x, branch, { lambda, gamma });
      const { value, grads } = tf.valueAndGrads(sum)(inputs, tf.tensor1d([1, 10]));
      expectFloat32(value, [lambda + 3 * gamma, -2 * lambda + 5 * gamma], 3);
      expectFloat32(grads[0], [lambda, 10 * lambda], 1);
      expectFloat32(grads[1], [gamma, 10 * gamma], 1);
    });
  });

  test('ResidualBranch merges two inputs of a model, and survives getConfig', () => {
    const before = tf.memory().numTensors;
    const [x, branch] = [input({ shape: [3] }), input({ shape: [3] })];
    const layer = new ResidualBranch({ gamma: 0.6 });
    const network = model({ inputs: [x, branch], outputs: layer.apply([x, branch]) as typeof x });
    tf.tidy(() => {
      const y = network.predict([tf.ones([2, 3]), tf.fill([2, 3], 2)]) as tf.Tensor;
      expectFloat32(y, Array<number>(6).fill(0.8 + 1.2), 3);
    });
    const again = new ResidualBranch({ ...layer.getConfig(), name: undefined });
    expect([again.gamma, again.lambda]).toEqual([0.6, 0.8]);
    expect(tf.memory().numTensors).toBe(before);
    expect(() => layer.call([tf.ones([1]), tf.ones([2])])).toThrow(
      /of one shape, got \[1\] and \[2\]/,
    );
  });
});
