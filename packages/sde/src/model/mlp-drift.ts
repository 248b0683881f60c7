import type { Architecture } from './architecture.js';
import { addSmoothDrift } from './smooth-drift.js';

/**
 * `ν(ρ) = (c₊ − c₋)²/(2π) · (√(1 − ρ²) − ρ arccos ρ)`, the shaped ReLU's pull on correlations; it
 * vanishes at ρ = 1. ρ is clipped to [−1, 1]. Source: docs/theory.md, section 2 (Li, Nica, Roy
 * 2022, arXiv 2206.02768).
 */
export function shapedReluPull(rho: number, cPlus: number, cMinus: number): number {
  const r = Math.max(-1, Math.min(1, rho));
  return ((cPlus - cMinus) ** 2 / (2 * Math.PI)) * (Math.sqrt(1 - r * r) - r * Math.acos(r));
}

/**
 * Adds the drift of the MLP's shaped activation to `out`, `[m, m]`; scale is γ² for the SDE. For the
 * shaped ReLU it is `scale · ν(ρ_ab) √(V_aa V_bb)`, and a token of zero norm has none; for smooth
 * activations see `addSmoothDrift`.
 */
export function addMlpDrift(
  arch: Architecture,
  V: Float64Array,
  scale: number,
  out: Float64Array,
): void {
  if (arch.activation === 'shapedSmooth') {
    addSmoothDrift(arch, V, scale, out);
    return;
  }
  const m = arch.tokens;
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < a; b++) {
      // A product of variances would overflow from 1e154 on.
      const norm = Math.sqrt(V[a * m + a]) * Math.sqrt(V[b * m + b]);
      if (!(norm > 0)) continue;
      const pull = shapedReluPull(V[a * m + b] / norm, arch.cPlus, arch.cMinus);
      out[a * m + b] += scale * pull * norm;
      out[b * m + a] += scale * pull * norm;
    }
  }
}
