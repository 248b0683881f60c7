import type { Stream } from '@shaped/random';
import { cholesky } from '../covariance/cholesky.js';
import { multiply, multiplyTransposed } from '../covariance/matrix.js';
import type { Architecture } from './architecture.js';
import { inverseKeyCounts, maskMatrix } from './mask-matrix.js';

/** Writes one noise draw of covariance `linear Σ_lin + attention 𝒜` at V into `out`. */
export type CovarianceNoise = (
  V: Float64Array,
  stream: Pick<Stream, 'normal'>,
  out: Float64Array,
) => Float64Array;

/**
 * The O(m³) sampler of the SDE's noise, where a root of the m²×m² diffusion would cost O(m⁶). With
 * `V = L Lᵀ`, S symmetric with N(0, 1) off its diagonal and N(0, 2) on it, and G `[m, m]` iid N(0, 1):
 * - `N_lin = L S Lᵀ` has covariance Σ_lin;
 * - `Z = L G Lᵀ`, `E_aj = (B_aj/c_a)(Z_aj − (1/c_a) Σ_k B_ak Z_ak)`, `N_A = E V + V Eᵀ` has
 *   covariance 𝒜.
 *
 * S is drawn first, row by row of its lower triangle; G only when `attention` > 0. Source:
 * docs/theory.md, section 3.
 */
export function covarianceNoise(
  arch: Architecture,
  coefficients: { linear: number; attention: number },
): CovarianceNoise {
  const m = arch.tokens;
  const B = maskMatrix(arch.mask, m);
  const inverse = inverseKeyCounts(B, m);
  const linear = Math.sqrt(coefficients.linear);
  const softmax = Math.sqrt(coefficients.attention);
  const [L, G, Z, E] = Array.from({ length: 4 }, () => new Float64Array(m * m));

  const surround = (out: Float64Array) => {
    multiply(L, G, m, m, m, E);
    multiplyTransposed(E, L, m, m, m, out);
  };
  return (V, stream, out) => {
    cholesky(V, m, L);
    for (let a = 0; a < m; a++) {
      for (let b = 0; b <= a; b++) {
        const entry = linear * stream.normal();
        G[a * m + b] = G[b * m + a] = a === b ? Math.SQRT2 * entry : entry;
      }
    }
    surround(out);
    if (softmax === 0) return out;
    for (let i = 0; i < m * m; i++) G[i] = stream.normal();
    surround(Z);
    for (let a = 0; a < m; a++) {
      const row = a * m;
      let mean = 0;
      for (let k = 0; k < m; k++) mean += B[row + k] * Z[row + k];
      mean *= inverse[a];
      for (let j = 0; j < m; j++) E[row + j] = B[row + j] * inverse[a] * (Z[row + j] - mean);
    }
    multiply(E, V, m, m, m, Z);
    for (let a = 0; a < m; a++) {
      for (let b = 0; b < m; b++) out[a * m + b] += softmax * (Z[a * m + b] + Z[b * m + a]);
    }
    return out;
  };
}
