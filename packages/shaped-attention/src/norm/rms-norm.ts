import * as tf from '@tensorflow/tfjs-core';
import { NORM_EPSILON, standardize } from './standardize.js';

/**
 * The root-mean-square norm of every row: `g ∘ x/√(mean(x²) + ε)` along the last axis.
 *
 * Source: Zhang and Sennrich 2019 (arXiv 1910.07467). Without gain the covariance of its output is
 * `V_ab/√(V_aa V_bb)` up to ε: the norm of the exact finite-width chain (docs/theory.md,
 * section 4).
 *
 * @param x `[..., D]`
 * @param gain `[D]`, optional
 * @param epsilon defaults to `NORM_EPSILON`
 */
export function rmsNorm<T extends tf.Tensor>(x: T, gain?: tf.Tensor, epsilon = NORM_EPSILON): T {
  return tf.tidy(() => {
    const unit = standardize(x, false, epsilon);
    return gain === undefined ? unit : tf.mul<T>(unit, gain);
  });
}
