import { type ReluShape, reluSlopes } from './relu-slopes.js';

/**
 * The normaliser `c(n) = 2/(s₊² + s₋²) = 1/E[σ_s(g)²]`, g standard normal: with it an MLP block
 * keeps the expected squared norm of every token.
 *
 * Exact at every width. With c = 1 in its place the drift of the covariance diverges like √n
 * (docs/theory.md, section 1).
 *
 * @throws RangeError when both slopes vanish, or see `reluSlopes`
 */
export function reluNormalizer(shape: ReluShape): number {
  const { sPlus, sMinus } = reluSlopes(shape);
  const sum = sPlus * sPlus + sMinus * sMinus;
  if (sum === 0) {
    throw new RangeError(
      'reluNormalizer: expected a slope other than 0, got s₊ = s₋ = 0. Change cPlus or cMinus.',
    );
  }
  return 2 / sum;
}
