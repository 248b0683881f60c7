import type { Stream } from '@shaped/random';
import { cholesky } from '../covariance/cholesky.js';
import { addGram, multiply } from '../covariance/matrix.js';
import type { Architecture } from '../model/architecture.js';
import { attentionMatrix } from './attention-matrix.js';
import { chainResidual } from './chain-residual.js';
import { tracksSlices, type ChainState } from './chain-state.js';
import { wishartRoot, wishartRootColumns } from './wishart-root.js';

/** The attention half-step, in place, with what it drew. */
export interface AttentionStep {
  /** The heads' attention matrices of the latest run, `[H, m, m]`. */
  readonly scores: Float64Array;
  /** Factors A_h L of the heads' mixed values of the latest run, `[H, m, m]`. */
  readonly mixedFactors: Float64Array;
  /** Advances the state by one attention block. */
  run(state: ChainState, stream: Stream): void;
}

/**
 * The attention block of the exact chain: draws each head's A, then the value weights.
 *
 * With an output projection the concatenated heads have the Gram matrix
 * `Q = Σ_h (A_h L)(Wishart(n/H)/n)(A_h L)ᵀ`, whose factor is the branch; without one, head h is the
 * branch of the columns it writes. Source: docs/theory.md, section 4.
 */
export function attentionStep(arch: Architecture): AttentionStep {
  const { tokens: m, heads, width } = arch;
  const m2 = m * m;
  const residual = chainResidual(arch);
  const drawMatrix = attentionMatrix(arch);
  const headColumns = width / heads;
  const rootColumns = wishartRootColumns(m, headColumns);
  const scores = new Float64Array(heads * m2);
  const mixedFactors = new Float64Array(heads * m2);
  const factors = Array.from({ length: heads }, (_, h) =>
    mixedFactors.subarray(h * m2, (h + 1) * m2),
  );
  const matrices = factors.map((_, h) => scores.subarray(h * m2, (h + 1) * m2));
  const L = new Float64Array(m2);
  const root = new Float64Array(m2);
  const product = new Float64Array(m2);
  const Q = new Float64Array(m2);
  const LQ = new Float64Array(m2);

  const projected = (stream: Stream): Float64Array => {
    Q.fill(0);
    for (let h = 0; h < heads; h++) {
      wishartRoot(m, headColumns, stream, root);
      multiply(factors[h], root, m, m, rootColumns, product);
      addGram(product, m, rootColumns, 1 / width, Q);
    }
    cholesky(Q, m, LQ);
    return LQ;
  };
  const perSlice = tracksSlices(arch);
  return {
    scores,
    mixedFactors,
    run(state, stream) {
      residual.input(state, L);
      for (let h = 0; h < heads; h++) {
        drawMatrix(L, stream, matrices[h]);
        multiply(matrices[h], L, m, m, m, factors[h]);
      }
      const branch = arch.outputProjection ? projected(stream) : factors[0];
      residual.add(state, perSlice ? (h) => factors[h] : () => branch, stream);
    },
  };
}
