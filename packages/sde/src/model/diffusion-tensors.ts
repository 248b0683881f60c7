import { multiply } from '../covariance/matrix.js';
import type { AttentionMask } from './architecture.js';
import { inverseKeyCounts, maskMatrix } from './mask-matrix.js';

/** `Σ_lin^{ab,cd} = V_ac V_bd + V_ad V_bc`, `[m, m, m, m]`: the noise of a Gaussian weight product. */
export function linearDiffusion(V: Float64Array, m: number): Float64Array {
  return fillTensor(m, (a, b, c, d) => V[a * m + c] * V[b * m + d] + V[a * m + d] * V[b * m + c]);
}

/**
 * `𝒜^{ab,dw} = V_ad M^{(a,d)}_bw + V_aw M^{(a,w)}_bd + V_bd M^{(b,d)}_aw + V_bw M^{(b,w)}_ad`,
 * `[m, m, m, m]`, with `M^{(a,d)} = V N_a V N_d V`, `N_a = (diag(B_a) − B_a B_aᵀ/c_a)/c_a`: the
 * noise of the softmax under the mask B. Source: docs/theory.md, section 2.
 */
export function attentionDiffusion(V: Float64Array, mask: AttentionMask, m: number): Float64Array {
  const B = maskMatrix(mask, m);
  const inverse = inverseKeyCounts(B, m);
  const centred = Array.from({ length: m }, (_, a) => {
    const N = new Float64Array(m * m);
    for (let j = 0; j < m; j++) {
      for (let k = 0; k < m; k++) {
        const own = j === k ? B[a * m + j] : 0;
        N[j * m + k] = inverse[a] * (own - inverse[a] * B[a * m + j] * B[a * m + k]);
      }
    }
    return multiply(V, N, m, m, m, new Float64Array(m * m));
  });
  const pairs = centred.map((left) =>
    centred.map((right) => {
      const product = multiply(left, right, m, m, m, new Float64Array(m * m));
      return multiply(product, V, m, m, m, new Float64Array(m * m));
    }),
  );
  const term = (a: number, d: number, b: number, w: number) =>
    V[a * m + d] * pairs[a][d][b * m + w];
  return fillTensor(
    m,
    (a, b, d, w) => term(a, d, b, w) + term(a, w, b, d) + term(b, d, a, w) + term(b, w, a, d),
  );
}

function fillTensor(
  m: number,
  entry: (a: number, b: number, c: number, d: number) => number,
): Float64Array {
  const out = new Float64Array(m ** 4);
  let i = 0;
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < m; b++) {
      for (let c = 0; c < m; c++) for (let d = 0; d < m; d++) out[i++] = entry(a, b, c, d);
    }
  }
  return out;
}
