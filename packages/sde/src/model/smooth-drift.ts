import type { Architecture } from './architecture.js';
import { smoothFunctions } from './smooth-function.js';

/**
 * Adds the drift of a smooth shaped activation `s σ̄(u/s)`, `s = a √n`, with κ2 = σ̄''(0) and
 * κ3 = σ̄'''(0), to `out`, `[m, m]`:
 * `scale/a² · [κ2²/4 (V_aa V_bb + 2V_ab² − 3V_ab) + κ3/2 V_ab (V_aa + V_bb − 2)]`.
 *
 * scale is γ² for the SDE. Norms drift by `scale · (3κ2²/4 + κ3)/a² · V_aa (V_aa − 1)`: they are
 * drawn to 1 for tanh and driven away from it for GELU, SiLU and softplus. Source: docs/theory.md,
 * sections 2 and 9 (Li, Nica, Roy 2022, arXiv 2206.02768, for σ with σ(0) = 0, σ'(0) = 1).
 */
export function addSmoothDrift(
  arch: Architecture,
  V: Float64Array,
  scale: number,
  out: Float64Array,
): void {
  const m = arch.tokens;
  const { second, third } = smoothFunctions[arch.smooth];
  const even = (scale * second * second) / (4 * arch.a * arch.a);
  const odd = (scale * third) / (2 * arch.a * arch.a);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      const [x, p, q] = [V[a * m + b], V[a * m + a], V[b * m + b]];
      const drift = even * (p * q + 2 * x * x - 3 * x) + odd * x * (p + q - 2);
      out[a * m + b] += drift;
      if (b < a) out[b * m + a] += drift;
    }
  }
}

/** The coefficients of an activation's cubic and their normaliser; see {@link smoothMeanGram}. */
export function smoothCubic(
  arch: Architecture,
  width: number,
): { alpha2: number; beta: number; cubicC: number } {
  const { second, third } = smoothFunctions[arch.smooth];
  const alpha2 = (second * second) / (4 * arch.a * arch.a * width);
  const beta = third / (6 * arch.a * arch.a * width);
  return { alpha2, beta, cubicC: 1 / (1 + 3 * alpha2 + 6 * beta + 15 * beta * beta) };
}

/**
 * Writes into `out` the mean Gram matrix `E[φφᵀ]/E[φ(g)²]`, u ~ N(0, V), of the activation's cubic
 * `φ(u) = u + αu² + βu³`, `α = κ2/(2a√n)`, `β = κ3/(6a²n)` at width n:
 * `E[φ_aφ_b] = V_ab + α² (V_aa V_bb + 2V_ab²) + 3βV_ab (V_aa + V_bb) + β² (6V_ab³ + 9V_ab V_aa V_bb)`.
 *
 * It is V plus 1/n times the drift over γ², to O(1/n²), and positive semidefinite at every width.
 */
export function smoothMeanGram(
  arch: Architecture,
  V: Float64Array,
  width: number,
  out: Float64Array,
): void {
  const m = arch.tokens;
  const { alpha2, beta, cubicC: c } = smoothCubic(arch, width);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      const [x, p, q] = [V[a * m + b], V[a * m + a], V[b * m + b]];
      const mean =
        x +
        alpha2 * (p * q + 2 * x * x) +
        3 * beta * x * (p + q) +
        beta * beta * x * (6 * x * x + 9 * p * q);
      out[a * m + b] = c * mean;
      out[b * m + a] = c * mean;
    }
  }
}
