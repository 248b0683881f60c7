import type { Stream } from '@shaped/random';
import { checkCovariance } from '../covariance/check-covariance.js';
import { cholesky } from '../covariance/cholesky.js';
import { addGram, multiply } from '../covariance/matrix.js';
import type { Architecture } from '../model/architecture.js';
import { sumSlices, tracksSlices, type ChainState } from './chain-state.js';
import { wishartRoot, wishartRootColumns } from './wishart-root.js';

/**
 * The chain's state at an input of covariance V0 (`[m, m]`), or of measured per-head slices
 * (`[H, m, m]`, X_h X_hᵀ/n).
 *
 * Where slices are followed but only V0 is given they are drawn as those of a uniformly rotated
 * input, X0 = √n L Q with Q Haar on the m×n frames: `Q = C⁻¹G` for a Gaussian G = [G_1 … G_H] and
 * the Cholesky factor C of G Gᵀ, so slice h is `L C⁻¹ W_h C⁻ᵀ Lᵀ`, W_h = G_h G_hᵀ ~ Wishart(n/H).
 * Iid Gaussian embeddings are such an input.
 *
 * @throws RangeError when V0 is not a covariance, or slices must be drawn without a stream
 */
export function initialState(arch: Architecture, V0: Float64Array, stream?: Stream): ChainState {
  const { tokens: m, heads } = arch;
  const m2 = m * m;
  const sliced = tracksSlices(arch);
  if (heads > 1 && V0.length === heads * m2) {
    const slices = new Float64Array(heads * m2);
    for (let h = 0; h < heads; h++) {
      slices.set(checkCovariance('initialState', V0.subarray(h * m2, (h + 1) * m2), m), h * m2);
    }
    const V = new Float64Array(m2);
    sumSlices(slices, V);
    return sliced ? { V, slices } : { V };
  }
  const V = checkCovariance('initialState', V0, m);
  if (!sliced) return { V };
  if (stream === undefined) {
    throw new RangeError(
      `initialState: expected a stream or slices [${heads}, ${m}, ${m}], got only V0. ` +
        'Without an output projection the heads own columns: pass a stream to rotate V0 at random.',
    );
  }
  return { V, slices: rotatedSlices(arch, V, stream) };
}

function rotatedSlices(arch: Architecture, V: Float64Array, stream: Stream): Float64Array {
  const { tokens: m, heads, width } = arch;
  const m2 = m * m;
  const columns = wishartRootColumns(m, width / heads);
  const roots = Array.from({ length: heads }, () =>
    wishartRoot(m, width / heads, stream, new Float64Array(m * columns)),
  );
  const S = new Float64Array(m2);
  for (const root of roots) addGram(root, m, columns, 1, S);
  const C = new Float64Array(m2);
  cholesky(S, m, C);
  const L = new Float64Array(m2);
  cholesky(V, m, L);
  const slices = new Float64Array(heads * m2);
  const product = new Float64Array(m * columns);
  roots.forEach((root, h) => {
    solveLower(C, root, m, columns);
    multiply(L, root, m, m, columns, product);
    addGram(product, m, columns, 1, slices.subarray(h * m2, (h + 1) * m2));
  });
  return slices;
}

/** Replaces R `[m, columns]` by C⁻¹R for a lower-triangular C. */
function solveLower(C: Float64Array, R: Float64Array, m: number, columns: number): void {
  for (let a = 0; a < m; a++) {
    for (let k = 0; k < columns; k++) {
      let sum = R[a * columns + k];
      for (let b = 0; b < a; b++) sum -= C[a * m + b] * R[b * columns + k];
      R[a * columns + k] = sum / C[a * m + a];
    }
  }
}
