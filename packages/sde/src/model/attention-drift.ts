import { multiply, multiplyTransposed } from '../covariance/matrix.js';
import type { Architecture } from './architecture.js';
import { centringMatrix, inverseKeyCounts, maskMatrix } from './mask-matrix.js';

/** Adds an attention block's drift at V, `[m, m]`, to `out`. */
export type AddAttentionDrift = (V: Float64Array, out: Float64Array) => void;

/**
 * The drift of shaped attention under any 0/1 mask B with c_a allowed keys in row a, in O(m³):
 * `S = V Bᵀ`, `R = B (S∘S)`, `T = B V Bᵀ`, `Q = B (V∘V) Bᵀ`,
 * `K_ab = Q_ab − R_ab/c_b − R_ba/c_a + T_ab²/(c_a c_b)`,
 * `w_aj = B_aj (V_jj − 2 S_ja/c_a + 2 T_aa/c_a² − (B diag V)_a/c_a)`, `F_ab = V_aa/(2c_a) (w V)_ab`,
 * `b = (γ²/τ0²) [V_ab K_ab/(c_a c_b) + F + Fᵀ] + γ² [2aV − b(C̄V + VC̄ᵀ)]`,
 * the last term for gains γ1 = 1 + a/n, γ2 = 1 + b/n. It does not depend on the number of heads.
 * Source: docs/theory.md, section 2.
 */
export function attentionDrift(arch: Architecture): AddAttentionDrift {
  const m = arch.tokens;
  const B = maskMatrix(arch.mask, m);
  const inverse = inverseKeyCounts(B, m);
  const C = centringMatrix(arch.mask, m);
  const gamma2 = arch.gamma * arch.gamma;
  const scale = gamma2 / (arch.tau0 * arch.tau0);
  const [S, R, T, Q, w, F, squares] = Array.from({ length: 7 }, () => new Float64Array(m * m));
  return (V, out) => {
    multiplyTransposed(V, B, m, m, m, S);
    for (let i = 0; i < m * m; i++) squares[i] = S[i] * S[i];
    multiply(B, squares, m, m, m, R);
    multiply(B, S, m, m, m, T);
    for (let i = 0; i < m * m; i++) squares[i] = V[i] * V[i];
    multiply(B, squares, m, m, m, w);
    multiplyTransposed(w, B, m, m, m, Q);
    for (let a = 0; a < m; a++) {
      let allowedVariance = 0;
      for (let j = 0; j < m; j++) allowedVariance += B[a * m + j] * V[j * m + j];
      const shift = 2 * T[a * m + a] * inverse[a] ** 2 - allowedVariance * inverse[a];
      for (let j = 0; j < m; j++) {
        w[a * m + j] = B[a * m + j] * (V[j * m + j] - 2 * S[j * m + a] * inverse[a] + shift);
      }
    }
    multiply(w, V, m, m, m, F);
    for (let a = 0; a < m; a++) {
      const half = (V[a * m + a] * inverse[a]) / 2;
      for (let b = 0; b < m; b++) F[a * m + b] *= half;
    }
    for (let a = 0; a < m; a++) {
      for (let b = 0; b < m; b++) {
        const ab = a * m + b;
        const ba = b * m + a;
        const pair = inverse[a] * inverse[b];
        const K = Q[ab] - R[ab] * inverse[b] - R[ba] * inverse[a] + T[ab] * T[ab] * pair;
        out[ab] += scale * (V[ab] * K * pair + F[ab] + F[ba]);
      }
    }
    addGainDrift(V, out);
  };

  function addGainDrift(V: Float64Array, out: Float64Array): void {
    const { gamma1Shift, gamma2Shift } = arch;
    if (gamma1Shift === 0 && gamma2Shift === 0) return;
    multiply(C, V, m, m, m, F);
    for (let a = 0; a < m; a++) {
      for (let b = 0; b < m; b++) {
        out[a * m + b] +=
          gamma2 * (2 * gamma1Shift * V[a * m + b] - gamma2Shift * (F[a * m + b] + F[b * m + a]));
      }
    }
  }
}
