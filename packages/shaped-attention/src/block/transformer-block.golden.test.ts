import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../testing/backends.js';
import { blockOf, callOptions, goldenCases, titleOf, twinOf } from '../testing/block-golden.js';
import { twinBlock, twinBlockGradient } from '../testing/block-twin.js';
import { expectFloat32 } from '../testing/close.js';
import golden from '../testing/golden/blocks.json' with { type: 'json' };

/** The golden file's 8 significant digits. */
const DIGITS = 1e-7;
/** Roundings on the way: sums of some dozen products through six layers, and back. */
const ROUNDINGS = 100;
const cases = goldenCases.map((c) => [titleOf(c), c] as const);
const shape: [number, number, number] = [golden.shapes.B, golden.shapes.T, golden.shapes.D];

function expectDigits(actual: ArrayLike<number>, expected: number[]): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((v, i) => {
    expect(Math.abs(actual[i] - v)).toBeLessThanOrEqual(DIGITS * Math.max(1, Math.abs(v)));
  });
}

test.each(cases)('the float64 twin agrees with PyTorch: %s', (_, c) => {
  const twin = twinOf(c, golden.x);
  const taps = twinBlock(twin);
  expectDigits(taps.output, c.output);
  for (const [name, values] of Object.entries(c.taps)) {
    expectDigits(taps[name as keyof typeof taps], values);
  }
  expectDigits(twinBlockGradient(twin, 'x', golden.dy), c.dx);
});

describeOnBackends('TransformerBlock against PyTorch', () => {
  test.each(cases)('values and every gradient: %s', (_, c) => {
    const before = tf.memory().numTensors;
    const block = blockOf(c);
    tf.tidy(() => {
      const x = tf.variable(tf.tensor(golden.x, shape));
      const dy = tf.tensor(golden.dy, shape);
      const options = callOptions(c.options.mask);
      const { output, ...taps } = block.tap(x, options);
      expectFloat32(output, c.output, ROUNDINGS, 'output');
      expectFloat32(block.call(x, options), output.dataSync(), 0, 'call');
      for (const [name, values] of Object.entries(c.taps)) {
        expectFloat32(taps[name as keyof typeof taps]!, values, ROUNDINGS, name);
      }
      const { grads } = tf.variableGrads(() => tf.sum(tf.mul(block.call(x, options), dy)));
      expectFloat32(grads[x.name], c.dx, ROUNDINGS, 'x');
      const wanted = Object.entries(c.gradients);
      expect(block.trainableWeights.length).toBe(wanted.length);
      for (const [name, values] of wanted) {
        expectFloat32(grads[block.weight(name)!.name], values, ROUNDINGS, name);
      }
      x.dispose();
    });
    block.weights.forEach((w) => w.dispose());
    expect(tf.memory().numTensors).toBe(before);
  });

  test('the weights come in the order of the documentation', () => {
    for (const [title, c] of cases) {
      const block = blockOf(c);
      const names = block.weights.map((w) => w.originalName);
      expect(names, title).toEqual(Object.keys(c.gradients));
      block.weights.forEach((w) => w.dispose());
    }
  });
});
