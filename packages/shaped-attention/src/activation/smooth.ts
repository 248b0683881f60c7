import * as tf from '@tensorflow/tfjs-core';

/** The smooth activations that can be shaped. */
export type SmoothName = 'tanh' | 'gelu' | 'silu' | 'softplus';

/**
 * A smooth activation in its normalised form `σ̄(y) = (σ(y) − σ(0))/σ'(0)`, so that σ̄(0) = 0 and
 * σ̄'(0) = 1.
 */
export interface SmoothActivation {
  /** σ̄ of a number, float64. */
  value(y: number): number;
  /** σ̄ of every entry. */
  tensor(y: tf.Tensor): tf.Tensor;
  /** σ̄' of every entry. */
  derivative(y: tf.Tensor): tf.Tensor;
}

const SQRT_2 = Math.SQRT2;
const SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

/** Below this |z| the logarithm of cosh z is taken from tanh z, which cancels nothing. */
const LOG_COSH_SWITCH = 1;

/** `log cosh z` of a number. */
function logCosh(z: number): number {
  const t = Math.abs(z);
  return t < LOG_COSH_SWITCH
    ? -0.5 * Math.log1p(-(Math.tanh(t) ** 2))
    : t + Math.log1p(Math.exp(-2 * t)) - Math.LN2;
}

/** `log cosh z` of every entry, with full relative accuracy near 0. */
function logCoshTensor(z: tf.Tensor): tf.Tensor {
  const t = tf.abs(z);
  // −½ log(1 − q) = artanh(q/(2 − q)): the log1p kernel of wasm is inexact for small arguments.
  const q = tf.square(tf.tanh(t));
  const near = tf.atanh(tf.div(q, tf.sub(2, q)));
  const far = tf.sub(tf.add(t, tf.log1p(tf.exp(tf.mul(t, -2)))), Math.LN2);
  return tf.where(tf.less(t, LOG_COSH_SWITCH), near, far);
}

/** The error function of a number, from its Taylor series or continued fraction, to 1e-15. */
export function erf(x: number): number {
  const t = Math.abs(x);
  if (t > 6) return Math.sign(x);
  if (t < 3) {
    // erf x = 2/√π e^{−x²} Σ 2^k x^{2k+1} / (2k+1)!!: all terms positive.
    let term = x;
    let sum = x;
    for (let k = 1; Math.abs(term) > Math.abs(sum) * 1e-17; k++) {
      term *= (2 * x * x) / (2 * k + 1);
      sum += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  // erfc t = e^{−t²}/√π / (t + (1/2)/(t + 1/(t + (3/2)/(t + …)))), evaluated from far inside.
  let fraction = t;
  for (let k = 60; k >= 1; k--) fraction = t + k / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-t * t) / (Math.sqrt(Math.PI) * fraction));
}

/**
 * The smooth activations by name, normalised to σ̄(0) = 0 and σ̄'(0) = 1:
 * - tanh: `tanh y`;
 * - gelu: `2 y Φ(y) = y (1 + erf(y/√2))`, the exact form with the error function (Hendrycks and
 *   Gimpel 2016, arXiv 1606.08415), σ'(0) = 1/2;
 * - silu: `2 y/(1 + e^{−y}) = y (1 + tanh(y/2))`, σ'(0) = 1/2;
 * - softplus: `2 (log(1 + e^y) − log 2) = y + 2 log cosh(y/2)`, σ(0) = log 2, σ'(0) = 1/2.
 */
export const smoothActivations: Readonly<Record<SmoothName, SmoothActivation>> = {
  tanh: {
    value: Math.tanh,
    tensor: (y) => tf.tanh(y),
    derivative: (y) => tf.sub(1, tf.square(tf.tanh(y))),
  },
  gelu: {
    value: (y) => y * (1 + erf(y / SQRT_2)),
    tensor: (y) => tf.mul(y, tf.add(tf.erf(tf.div(y, SQRT_2)), 1)),
    derivative: (y) =>
      tf.add(
        tf.add(tf.erf(tf.div(y, SQRT_2)), 1),
        tf.mul(tf.mul(y, SQRT_2_OVER_PI), tf.exp(tf.mul(tf.square(y), -0.5))),
      ),
  },
  silu: {
    value: (y) => y * (1 + Math.tanh(y / 2)),
    tensor: (y) => tf.mul(y, tf.add(tf.tanh(tf.mul(y, 0.5)), 1)),
    derivative: (y) => {
      const t = tf.tanh(tf.mul(y, 0.5));
      return tf.add(tf.add(t, 1), tf.mul(tf.mul(y, 0.5), tf.sub(1, tf.square(t))));
    },
  },
  softplus: {
    value: (y) => y + 2 * logCosh(y / 2),
    tensor: (y) => tf.add(y, tf.mul(logCoshTensor(tf.mul(y, 0.5)), 2)),
    derivative: (y) => tf.add(tf.tanh(tf.mul(y, 0.5)), 1),
  },
};
