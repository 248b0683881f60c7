import { reluNormalizer } from '@shaped/attention';
import type { Architecture } from '@shaped/sde';

/** c(n) of an architecture's MLP block: 2/(s₊² + s₋²), which is 2 for a plain ReLU. */
export function activationNormalizer({ activation, cPlus, cMinus, width }: Architecture): number {
  return activation === 'relu' ? 2 : reluNormalizer({ cPlus, cMinus, width });
}
