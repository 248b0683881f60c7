import type { Architecture } from './architecture.js';
import { covarianceSde } from './covariance-sde.js';
import type { SdeModel } from './sde-model.js';

/**
 * The covariance SDE of the attention blocks of an architecture alone, under any 0/1 mask. With a
 * full mask, `C = H V H` (`H = I − 11ᵀ/m`), `M = V C V`, `w = diag C − tr(C)/m`,
 * `F_ab = V_aa (V w)_b/(2m)`: `b = (γ²/τ0²) [V tr(V C)/m² + F + Fᵀ]`,
 * `Σ = γ²(2 − γ²) Σ_lin + (γ⁴/τ0²) 𝒜`. Heads divide 𝒜 by H; an output projection makes the Σ_lin
 * coefficient 2γ². The causal case is not the full one restricted: it has its own coefficients.
 *
 * Source: docs/theory.md, section 2. Not for plain softmax, nor for gains γ1, γ2 further than
 * O(1/n) from 1.
 *
 * @throws RangeError when the architecture has no SDE limit or no shaped attention
 */
export function attentionSde(arch: Architecture): SdeModel {
  if (arch.attention === 'none') {
    throw new RangeError(
      "attentionSde: expected attention 'shaped', got 'none'. There is no attention block to model.",
    );
  }
  return covarianceSde('attentionSde', { ...arch, activation: 'none' });
}
