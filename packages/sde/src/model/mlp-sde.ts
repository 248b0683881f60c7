import type { Architecture } from './architecture.js';
import { covarianceSde } from './covariance-sde.js';
import type { SdeModel } from './sde-model.js';

/**
 * The covariance SDE of the MLP blocks of an architecture alone:
 * `Σ = 2γ² Σ_lin` and, for the shaped ReLU, `b_ab = γ² ν(ρ_ab) √(V_aa V_bb)`: its norms are
 * geometric Brownian motions, `log V_aa(T) ~ log V_aa(0) + N(−2γ²T, 4γ²T)`, and do not explode. For a
 * smooth shaped activation see `addSmoothDrift`: norms of `dv = θ v (v − 1) dt + 2γ v dB`,
 * `θ = γ² (3κ2²/4 + κ3)/a²`, explode with positive probability where θ > 0 (all but tanh).
 *
 * Source: docs/theory.md, section 2. Not for attention blocks, trained weights, or an activation
 * that is not shaped.
 *
 * @throws RangeError when the architecture has no SDE limit or no shaped activation
 */
export function mlpSde(arch: Architecture): SdeModel {
  if (arch.activation === 'none') {
    throw new RangeError(
      "mlpSde: expected activation 'shapedRelu' or 'shapedSmooth', got 'none'. There is no MLP block to model.",
    );
  }
  return covarianceSde('mlpSde', {
    ...arch,
    attention: 'none',
    gamma1Shift: 0,
    gamma2Shift: 0,
  });
}
