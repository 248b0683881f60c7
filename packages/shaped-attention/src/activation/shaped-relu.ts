import * as tf from '@tensorflow/tfjs-core';
import { type ReluShape, reluSlopes } from './relu-slopes.js';

/**
 * The shaped ReLU of every entry: `σ_s(x) = s₊ max(x, 0) + s₋ min(x, 0)`, `s± = 1 + c±/√n`.
 *
 * Source: Li, Nica, Roy 2022 (arXiv 2206.02768); docs/theory.md, section 1. The gradient is
 * `dy · s(x)`, and s₋ at x = 0. The slopes s(x) of the forward pass are kept for it, so the
 * backward pass is one kernel; no gradient flows through the slopes.
 *
 * @param x any shape, float32
 * @throws RangeError see `reluSlopes`
 */
export function shapedRelu<T extends tf.Tensor>(x: T, shape: ReluShape): T {
  const { sPlus, sMinus } = reluSlopes(shape);
  const apply = tf.customGrad<T>((...args) => {
    const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
    const slopes = slopesOf(input, sPlus, sMinus);
    save([slopes]);
    return {
      value: tf.mul<T>(input, slopes),
      gradFunc: (dy: T, saved: tf.Tensor[]) => tf.mul(dy, saved[0]),
    };
  });
  return apply(x);
}

/** s₊ where x > 0 and s₋ elsewhere, in one or two kernels. */
function slopesOf(x: tf.Tensor, sPlus: number, sMinus: number): tf.Tensor {
  if (sPlus === 0) return tf.mul(tf.sub(1, tf.step(x)), sMinus);
  const relative = tf.step(x, sMinus / sPlus);
  return sPlus === 1 ? relative : tf.mul(relative, sPlus);
}
