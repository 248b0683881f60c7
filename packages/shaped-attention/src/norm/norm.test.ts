import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../testing/backends.js';
import golden from '../testing/golden/norms.json' with { type: 'json' };
import { layerNorm } from './layer-norm.js';
import { LayerNorm } from './layer-norm-layer.js';
import { rmsNorm } from './rms-norm.js';
import { RMSNorm } from './rms-norm-layer.js';

/** Some roundings of float32, relative to the largest value of the tensor. */
const ROUNDING = 2e-6;

function expectClose(actual: tf.Tensor, expected: number[] | number[][]) {
  const want = expected.flat();
  const tolerance = ROUNDING * Math.max(1, ...want.map(Math.abs));
  const got = actual.dataSync();
  expect(got.length).toBe(want.length);
  want.forEach((v, i) => expect(Math.abs(got[i] - v)).toBeLessThanOrEqual(tolerance));
}

describeOnBackends('norms', () => {
  test.each(golden.cases)('$norm, epsilon $epsilon: values and gradients', (c) => {
    tf.tidy(() => {
      const [x, gain, bias] = [
        tf.tensor2d(golden.x),
        tf.tensor1d(golden.gain),
        tf.tensor1d(golden.bias),
      ];
      const dy = tf.tensor2d(golden.dy);
      const f =
        c.norm === 'layer'
          ? (...[t, g, b]: tf.Tensor[]) => layerNorm(t, g, b, c.epsilon)
          : (...[t, g]: tf.Tensor[]) => rmsNorm(t, g, c.epsilon);
      const inputs = c.norm === 'layer' ? [x, gain, bias] : [x, gain];
      const { value, grads } = tf.valueAndGrads(f)(inputs, dy);
      expectClose(value, c.value);
      [c.dx, c.dgain, c.dbias].slice(0, inputs.length).forEach((want, i) => {
        expectClose(grads[i], want as number[]);
      });
    });
  });

  test('layerNorm equals the layer of tfjs-layers, values and gradients', () => {
    tf.tidy(() => {
      const x = tf.tensor2d(golden.x);
      const dy = tf.tensor2d(golden.dy);
      const theirs = layers.layerNormalization({ epsilon: 1e-3 });
      const ours = new LayerNorm({ epsilon: 1e-3 });
      const both = [theirs, ours].map((layer) =>
        tf.valueAndGrads((t: tf.Tensor) => layer.apply(t) as tf.Tensor)([x], dy),
      );
      expectClose(both[1].value, both[0].value.arraySync() as number[][]);
      expectClose(both[1].grads[0], both[0].grads[0].arraySync() as number[][]);
    });
  });

  test('rmsNorm of rows is their direction: the Gram matrix has a unit diagonal', () => {
    tf.tidy(() => {
      const x = tf.mul<tf.Tensor2D>(tf.tensor2d(golden.x), 3000);
      const u = rmsNorm(x);
      const gram = tf.div(tf.matMul(u, u, false, true), golden.x[0].length);
      expectClose(tf.sub(tf.mul(gram, tf.eye(golden.x.length)), tf.eye(golden.x.length)), [
        ...Array<number>(golden.x.length ** 2).fill(0),
      ]);
    });
  });

  test('a row of zeros stays zero with a finite gradient', () => {
    tf.tidy(() => {
      for (const norm of [rmsNorm, layerNorm]) {
        const f = (t: tf.Tensor) => norm(t);
        const { value, grads } = tf.valueAndGrads(f)(
          [tf.zeros([1, 4])],
          tf.tensor2d([[1, -1, 1, -1]]),
        );
        expectClose(value, [0, 0, 0, 0]);
        expectClose(grads[0], [1e3, -1e3, 1e3, -1e3]);
      }
    });
  });

  test('layers have the weights they announce, survive getConfig and leave no tensor behind', () => {
    const before = tf.memory().numTensors;
    const x = tf.tensor3d([[[1, 2, 4]], [[0, 5, 1]]]);
    for (const [layer, names] of [
      [new RMSNorm(), ['gain']],
      [new RMSNorm({ gain: false }), []],
      [new LayerNorm(), ['gain', 'bias']],
      [new LayerNorm({ bias: false, epsilon: 0.1 }), ['gain']],
    ] as const) {
      const y = layer.apply(x) as tf.Tensor;
      expect(layer.weights.map((w) => w.originalName.split('/').pop())).toEqual(names);
      const Class = layer.constructor as typeof RMSNorm;
      const twin = new Class({ ...layer.getConfig(), name: undefined });
      const z = twin.apply(x) as tf.Tensor;
      expect([...z.dataSync()]).toEqual([...y.dataSync()]);
      tf.dispose([y, z]);
      layer.dispose();
      twin.dispose();
    }
    x.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('wrong options and unknown widths are refused', () => {
    expect(() => new RMSNorm({ epsilon: 0 })).toThrow(/positive and finite, got 0/);
    expect(() => new LayerNorm().build([null, null])).toThrow(/last dimension to be known/);
  });
});
