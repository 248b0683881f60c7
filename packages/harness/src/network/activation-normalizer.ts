import { activationNormalizer as smoothNormalizer, reluNormalizer } from '@shaped/attention';
import type { Architecture } from '@shaped/sde';

/**
 * c(n) = 1/E[σ(g)²] of an architecture's MLP block: 2/(s₊² + s₋²) for the shaped ReLU, 2 for a plain
 * one, by quadrature for a smooth activation.
 */
export function activationNormalizer(arch: Architecture): number {
  const { activation, cPlus, cMinus, smooth, a, width } = arch;
  if (activation === 'shapedSmooth') return smoothNormalizer({ activation: smooth, a, width });
  return activation === 'relu' ? 2 : reluNormalizer({ cPlus, cMinus, width });
}
