import * as tf from '@tensorflow/tfjs-core';
import { deriveSeed } from '@shaped/random';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../testing/backends.js';
import { dropoutMask } from '../attention/dropout-mask.js';
import { TransformerBlock } from './transformer-block.js';

const [B, T, D, H] = [2, 5, 8, 2];
const make = (dropout = 0) =>
  new TransformerBlock({ kind: 'shaped', numHeads: H, name: 'block', seed: 4, dropout });
const input = () =>
  tf.tensor3d(
    Float32Array.from({ length: B * T * D }, (_, i) => Math.sin(1 + 1.7 * i)),
    [B, T, D],
  );
const run = (options: Parameters<TransformerBlock['call']>[1], dropout = 0) =>
  tf.tidy(() => [...(make(dropout).apply(input(), options) as tf.Tensor).dataSync()]);

const ones = () => tf.ones([B, T, D]);

describeOnBackends('dropout masks given to a TransformerBlock', () => {
  test('of ones change nothing', () => {
    const masks = {
      dropoutMask: tf.ones([B, H, T, T]),
      branchMasks: { attention: ones(), mlp: ones() },
    };
    // A mask of the softmax is multiplied before the shaping: other sums of the same numbers.
    const plain = run({});
    run(masks).forEach((value, i) => expect(Math.abs(value - plain[i])).toBeLessThan(1e-5));
  });

  test('of zeros leave the skip connection', () => {
    const none = tf.zeros([B, T, D]);
    const output = run({ branchMasks: { attention: none, mlp: none } });
    // λ² = 7/8 of the default branch weight.
    const x = input().dataSync<'float32'>();
    output.forEach((value, i) => expect(Math.abs(value - 0.875 * x[i])).toBeLessThan(1e-6));
  });

  test('take the place of those that the attention draws itself', () => {
    const block = make(0.5);
    const [drawn, given] = tf.tidy(() => {
      const first = block.apply(input(), { training: true }) as tf.Tensor;
      const mask = dropoutMask([B, H, T, T], 0.5, attentionSeed(block), 0);
      return [first, block.apply(input(), { dropoutMask: mask }) as tf.Tensor].map((tensor) => [
        ...tensor.dataSync(),
      ]);
    });
    expect(given).toEqual(drawn);
    expect(given).not.toEqual(run({}));
  });
});

/** The attention of a block draws from a seed of its own. */
function attentionSeed({ seed }: TransformerBlock): number {
  return deriveSeed(seed, 'attention');
}
