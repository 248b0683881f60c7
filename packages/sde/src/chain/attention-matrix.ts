import type { Stream } from '@shaped/random';
import { multiply, multiplyTransposed } from '../covariance/matrix.js';
import type { Architecture } from '../model/architecture.js';
import { inverseKeyCounts, maskMatrix } from '../model/mask-matrix.js';
import { gaussianBlock } from './gaussian-block.js';
import { wishartRoot, wishartRootColumns } from './wishart-root.js';

/** Writes one head's attention matrix at the Gram factor L into `A`. */
export type AttentionMatrix = (L: Float64Array, stream: Stream, A: Float64Array) => void;

/** What turns logits into an attention matrix; the temperature is applied by the sampler. */
type Finish = (logits: Float64Array, A: Float64Array) => void;

/**
 * `A = softmax_B(logits)`, and for shaped attention `γ1 I + softmax_B(logits) − γ2 C̄`, with
 * `γ1 = 1 + a·dt`, `γ2 = 1 + b·dt`. A row with no allowed key has softmax = C̄ = 0.
 */
export function attentionFinish(arch: Architecture, dt: number): Finish {
  const m = arch.tokens;
  const B = maskMatrix(arch.mask, m);
  const inverse = inverseKeyCounts(B, m);
  const shaped = arch.attention === 'shaped';
  const gamma1 = 1 + arch.gamma1Shift * dt;
  const gamma2 = 1 + arch.gamma2Shift * dt;
  return (logits, A) => {
    for (let a = 0; a < m; a++) {
      const row = a * m;
      let top = -Infinity;
      for (let j = 0; j < m; j++)
        if (B[row + j] !== 0 && logits[row + j] > top) top = logits[row + j];
      let sum = 0;
      for (let j = 0; j < m; j++) {
        const weight = B[row + j] === 0 ? 0 : Math.exp(logits[row + j] - top);
        A[row + j] = weight;
        sum += weight;
      }
      const scale = sum > 0 ? 1 / sum : 0;
      const centre = shaped ? gamma2 * inverse[a] : 0;
      for (let j = 0; j < m; j++) A[row + j] = A[row + j] * scale - centre * B[row + j];
      if (shaped) A[row + a] += gamma1;
    }
  };
}

/**
 * A sampler of one head's attention matrix given X X ᵀ/n = L Lᵀ, exact in law at head width n_k:
 * the logits are `L G Tᵀ Lᵀ / τ`, G `[m, m]` iid N(0, 1), T Tᵀ ~ Wishart_m(n_k), with
 * `τ = τ0 √(n n_k)` for shaped and `τ0 √n_k` for plain attention. Below n_k = m the keys and
 * queries are drawn densely. Source: docs/theory.md, section 4.
 */
export function attentionMatrix(arch: Architecture): AttentionMatrix {
  const { tokens: m, headWidth } = arch;
  const finish = attentionFinish(arch, 1 / arch.width);
  const inner = wishartRootColumns(m, headWidth);
  const scale =
    1 / (arch.tau0 * Math.sqrt(arch.attention === 'shaped' ? arch.width * headWidth : headWidth));
  const drawG = gaussianBlock(m * inner, scale);
  const T = new Float64Array(m * m);
  const G = new Float64Array(m * m);
  const left = new Float64Array(m * m);
  const right = new Float64Array(m * m);
  return (L, stream, A) => {
    drawG(stream, G);
    wishartRoot(m, headWidth, stream, T);
    multiply(L, G, m, m, inner, left);
    multiply(L, T, m, m, inner, right);
    multiplyTransposed(left, right, m, inner, m, T);
    finish(T, A);
  };
}
