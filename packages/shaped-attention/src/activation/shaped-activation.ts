import * as tf from '@tensorflow/tfjs-core';
import { type SmoothActivation, type SmoothName, smoothActivations } from './smooth.js';

/** How a smooth activation is shaped: `s = a √n`. */
export interface SmoothShape {
  /** σ, by name. */
  activation: SmoothName;
  /** a, the shape: the larger, the closer to the identity. */
  a: number;
  /** n, the width of the network. */
  width: number;
}

/**
 * The scale `s = a √n` and the normalised activation `σ̄` of a shape.
 *
 * @throws RangeError when the activation is unknown, or a or width is not positive
 */
export function smoothScale({ activation, a, width }: SmoothShape): {
  s: number;
  smooth: SmoothActivation;
} {
  if (!Object.hasOwn(smoothActivations, activation)) {
    throw new RangeError(
      `shapedActivation: expected activation to be one of ${Object.keys(smoothActivations).join(', ')}, got ${String(activation)}. For the shaped ReLU call shapedRelu.`,
    );
  }
  if (!(a > 0) || !Number.isFinite(a)) {
    throw new RangeError(
      `shapedActivation: expected a to be positive and finite, got ${a}. s = a √n; a = 1/√n leaves the activation unshaped.`,
    );
  }
  if (!Number.isInteger(width) || width < 1) {
    throw new RangeError(
      `shapedActivation: expected width to be a positive integer, got ${width}. Pass the number of features n of the network.`,
    );
  }
  return { s: a * Math.sqrt(width), smooth: smoothActivations[activation] };
}

/**
 * The shaped smooth activation of every entry: `φ_s(x) = s σ̄(x/s)`, `s = a √n`,
 * `σ̄(y) = (σ(y) − σ(0))/σ'(0)`.
 *
 * Source: Li, Nica, Roy 2022 (arXiv 2206.02768) for σ(0) = 0, σ'(0) = 1 (tanh); the affine
 * normalisation brings GELU, SiLU and softplus to that form. φ_s → identity as n → ∞, at rate
 * 1/√n, or 1/n for the odd tanh. The gradient is `dy · σ̄'(x/s)`. GELU rests on the `erf` kernel,
 * accurate to 1.5e-7 absolute.
 *
 * @param x any shape, float32
 * @throws RangeError see `smoothScale`
 */
export function shapedActivation<T extends tf.Tensor>(x: T, shape: SmoothShape): T {
  const { s, smooth } = smoothScale(shape);
  const apply = tf.customGrad<T>((...args) => {
    const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
    const y = tf.div(input, s);
    save([y]);
    return {
      value: tf.mul<T>(smooth.tensor(y), s),
      gradFunc: (dy: T, saved: tf.Tensor[]) => tf.mul(dy, smooth.derivative(saved[0])),
    };
  });
  return apply(x);
}
