/**
 * `κ(ρ) = (√(1 − ρ²) + ρ (π − arccos ρ))/π = 2 E[max(u, 0) max(v, 0)]` of standard normals u, v of
 * correlation ρ, clipped to [−1, 1]: the correlation after an infinitely wide ReLU layer.
 */
export function reluCorrelation(rho: number): number {
  const r = Math.max(-1, Math.min(1, rho));
  return (Math.sqrt(1 - r * r) + r * (Math.PI - Math.acos(r))) / Math.PI;
}

/**
 * Writes into `out`, `[m, m]`, the Gram matrix `2 E[φφᵀ]`, φ = max(u, 0), u ~ N(0, V), of an
 * infinitely wide ReLU layer: `√(V_aa V_bb) κ(ρ_ab)`. It keeps every norm. `out` may be V.
 */
export function reluGram(V: Float64Array, m: number, out: Float64Array): Float64Array {
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < a; b++) {
      const norm = Math.sqrt(V[a * m + a] * V[b * m + b]);
      const value = norm > 0 ? norm * reluCorrelation(V[a * m + b] / norm) : 0;
      out[a * m + b] = value;
      out[b * m + a] = value;
    }
    out[a * m + a] = V[a * m + a];
  }
  return out;
}
