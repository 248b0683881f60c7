import type { Stream } from '@shaped/random';
import { addGram, multiply } from '../covariance/matrix.js';
import { gaussianBlock } from './gaussian-block.js';
import { wishartRoot, wishartRootColumns } from './wishart-root.js';

/** Writes the next Gram matrix into `out`; see {@link residualStep}. */
export type ResidualStep = (
  L: Float64Array,
  branch: Float64Array,
  stream: Stream,
  out: Float64Array,
) => void;

/**
 * A sampler of the Gram matrix of `λX + γ F W/√n`, W `[n, width]` iid N(0, 1), where
 * X Xᵀ/n = L Lᵀ and F Fᵀ/n = branch·branchᵀ, exact in law:
 * `U1 = λL + (γ/√n) branch·G`, `U2 = (γ/√n) branch·Wishart root(width − m)`,
 * `V' = U1 U1ᵀ + U2 U2ᵀ`. Source: docs/theory.md, section 4.
 *
 * `width` is n, or n/H for the columns one head writes; L must then be zero after its first
 * `width` columns. Below 2m columns the Wishart root is a dense Gaussian. Any real width ≥ 2m − 1
 * is accepted.
 *
 * @param coefficient γ/√n
 */
export function residualStep(
  m: number,
  lambda: number,
  coefficient: number,
  width: number,
): ResidualStep {
  const skip = Math.min(m, width);
  const rest = width - skip;
  const restColumns = wishartRootColumns(m, rest);
  const drawG = gaussianBlock(m * skip);
  const G = new Float64Array(m * m);
  const U = new Float64Array(m * m);
  const c2 = coefficient * coefficient;
  return (L, branch, stream, out) => {
    drawG(stream, G);
    multiply(branch, G, m, m, skip, U);
    for (let a = 0; a < m; a++) {
      for (let k = 0; k < skip; k++) {
        U[a * skip + k] = lambda * L[a * m + k] + coefficient * U[a * skip + k];
      }
    }
    out.fill(0);
    addGram(U, m, skip, 1, out);
    if (restColumns === 0) return;
    wishartRoot(m, rest, stream, G);
    multiply(branch, G, m, m, restColumns, U);
    addGram(U, m, restColumns, c2, out);
  };
}
