import * as tf from '@tensorflow/tfjs-core';

/** The weights of a residual sum. */
export interface ResidualWeights {
  /** λ, the weight of the skip connection. */
  lambda: number;
  /** γ, the weight of the branch. */
  gamma: number;
}

/**
 * The skip weight that keeps the variance with a branch of weight γ: `λ = √(1 − γ²)`.
 *
 * Source: docs/theory.md, section 1.
 *
 * @throws RangeError when γ is not in [0, 1]
 */
export function skipWeight(gamma: number): number {
  if (!(gamma >= 0 && gamma <= 1)) {
    throw new RangeError(
      `skipWeight: expected gamma in [0, 1], got ${gamma}. Give lambda explicitly to use another branch weight.`,
    );
  }
  return Math.sqrt(1 - gamma * gamma);
}

/**
 * The residual sum `λ x + γ branch`. Weights of 1 cost no operation.
 *
 * @param x any shape
 * @param branch the same shape
 */
export function residual<T extends tf.Tensor>(
  x: T,
  branch: T,
  { lambda, gamma }: ResidualWeights,
): T {
  return tf.tidy(() =>
    tf.add<T>(lambda === 1 ? x : tf.mul(x, lambda), gamma === 1 ? branch : tf.mul(branch, gamma)),
  );
}
