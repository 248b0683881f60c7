import type { Stream } from '@shaped/random';
import { attentionFinish } from '../chain/attention-matrix.js';
import { cholesky } from '../covariance/cholesky.js';
import { addGram, multiply, multiplyTransposed } from '../covariance/matrix.js';
import type { Architecture } from '../model/architecture.js';

/** Writes a mean of A V Aᵀ over softmax attention matrices drawn at V, `[m, m]`, into `out`. */
export type MixedGram = (V: Float64Array, stream: Stream, out: Float64Array) => void;

/** How many attention matrices a mean is over, and whether they come in mirrored pairs. */
export interface MixedGramSample {
  readonly draws: number;
  /** Every second matrix takes the logits of the one before it with the sign turned. */
  readonly mirrored: boolean;
}

/**
 * A sampler of `(1/N) Σ A V Aᵀ` over N softmax matrices of infinite head width: their logits are
 * Gaussian, `z = L G Lᵀ/τ0`, G `[m, m]` iid N(0, 1), so that `Cov(z_aj, z_bk) = V_ab V_jk/τ0²`.
 * Independent draws make it one layer of N heads; mirrored pairs estimate its mean with less noise.
 * Source: docs/theory.md, section 10.
 */
export function mixedGram(arch: Architecture, { draws, mirrored }: MixedGramSample): MixedGram {
  const m = arch.tokens;
  const finish = attentionFinish(arch, 0);
  const [L, G, logits, A, AL] = Array.from({ length: 5 }, () => new Float64Array(m * m));
  return (V, stream, out) => {
    cholesky(V, m, L);
    out.fill(0);
    for (let draw = 0; draw < draws; draw++) {
      if (mirrored && draw % 2 === 1) {
        for (let i = 0; i < m * m; i++) logits[i] = -logits[i];
      } else {
        stream.fillNormal(G, 1 / arch.tau0);
        multiply(L, G, m, m, m, AL);
        multiplyTransposed(AL, L, m, m, m, logits);
      }
      finish(logits, A);
      multiply(A, L, m, m, m, AL);
      addGram(AL, m, m, 1 / draws, out);
    }
  };
}
