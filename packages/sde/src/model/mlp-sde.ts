import type { Architecture } from './architecture.js';
import { covarianceSde } from './covariance-sde.js';
import type { SdeModel } from './sde-model.js';

/**
 * The covariance SDE of the MLP blocks of an architecture alone:
 * `b_ab = γ² ν(ρ_ab) √(V_aa V_bb)`, `Σ = 2γ² Σ_lin`. Norms are geometric Brownian motions:
 * `log V_aa(T) ~ log V_aa(0) + N(−2γ²T, 4γ²T)`. It does not explode.
 *
 * Source: docs/theory.md, section 2. Not for attention blocks, trained weights, or a ReLU that is
 * not shaped.
 *
 * @throws RangeError when the architecture has no SDE limit or no shaped ReLU
 */
export function mlpSde(arch: Architecture): SdeModel {
  if (arch.activation === 'none') {
    throw new RangeError(
      "mlpSde: expected activation 'shapedRelu', got 'none'. There is no MLP block to model.",
    );
  }
  return covarianceSde('mlpSde', {
    ...arch,
    attention: 'none',
    gamma1Shift: 0,
    gamma2Shift: 0,
  });
}
