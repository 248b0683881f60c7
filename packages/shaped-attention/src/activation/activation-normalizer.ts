import { gaussianMean } from './gaussian-mean.js';
import { type SmoothShape, smoothScale } from './shaped-activation.js';

/**
 * The normaliser `c(n) = 1/E[φ_s(g)²]`, g standard normal, of a shaped smooth activation: with it
 * an MLP block keeps the expected squared norm of a token of unit variance, V_aa = 1. The shaped
 * ReLU, being homogeneous, keeps every V_aa; a smooth activation keeps others up to O(1/√n).
 *
 * By quadrature in float64, to about 1e-14. Tends to 1 as s = a √n grows.
 *
 * @throws RangeError see `smoothScale`
 */
export function activationNormalizer(shape: SmoothShape): number {
  const { s, smooth } = smoothScale(shape);
  return 1 / gaussianMean((g) => (s * smooth.value(g / s)) ** 2);
}
