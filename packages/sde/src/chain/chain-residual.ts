import type { Stream } from '@shaped/random';
import { cholesky } from '../covariance/cholesky.js';
import type { Architecture } from '../model/architecture.js';
import {
  inverseNorms,
  normalizeState,
  sliceFactor,
  sumSlices,
  tracksSlices,
  type ChainState,
} from './chain-state.js';
import { residualStep } from './residual-step.js';

/** The part of a half-step that attention and MLP share; see {@link chainResidual}. */
export interface ChainResidual {
  /** Writes a factor of the branch's input covariance: L of V, or of its RMS-normalised form. */
  input(state: ChainState, out: Float64Array): void;
  /**
   * Replaces the state by that after `λX + γ F W/√n`, then the post-norm, in place. `branchOf(h)`
   * is a factor of F Fᵀ/n for the columns of slice h; it may return the same array each time.
   */
  add(state: ChainState, branchOf: (slice: number) => Float64Array, stream: Stream): void;
}

/** The residual arrangement of an architecture as in-place operations on a chain state. */
export function chainResidual(arch: Architecture): ChainResidual {
  const { tokens: m, width } = arch;
  const preNorm = arch.block === 'preLN' && arch.norm === 'rms';
  const postNorm = arch.block === 'postLN' && arch.norm === 'rms';
  const slices = tracksSlices(arch) ? arch.heads : 1;
  const sliceWidth = width / slices;
  const step = residualStep(m, arch.lambda, arch.gamma / Math.sqrt(width), sliceWidth);
  const L = new Float64Array(m * m);
  const norms = new Float64Array(m);
  return {
    input(state, out) {
      cholesky(state.V, m, out);
      if (!preNorm) return;
      inverseNorms(state.V, m, norms);
      for (let a = 0; a < m; a++) for (let k = 0; k <= a; k++) out[a * m + k] *= norms[a];
    },
    add(state, branchOf, stream) {
      if (state.slices === undefined) {
        cholesky(state.V, m, L);
        step(L, branchOf(0), stream, state.V);
      } else {
        for (let h = 0; h < slices; h++) {
          const slice = state.slices.subarray(h * m * m, (h + 1) * m * m);
          sliceFactor(slice, m, sliceWidth, L);
          step(L, branchOf(h), stream, slice);
        }
        sumSlices(state.slices, state.V);
      }
      if (postNorm) normalizeState(state, m);
    },
  };
}
