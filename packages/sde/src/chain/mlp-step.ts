import type { Stream } from '@shaped/random';
import { cholesky } from '../covariance/cholesky.js';
import type { Architecture } from '../model/architecture.js';
import { mlpActivation } from '../model/mlp-activation.js';
import { chainResidual } from './chain-residual.js';
import type { ChainState } from './chain-state.js';

/** The MLP half-step, in place, with what it drew. */
export interface MlpStep {
  /** Gram matrix of the activations of the latest run, `c φφᵀ/n`, `[m, m]`. */
  readonly activationGram: Float64Array;
  /** Gram matrix of the pre-activations of the latest run, `u uᵀ/n`, `[m, m]`; only if traced. */
  readonly preActivationGram: Float64Array;
  /** Advances the state by one MLP block. */
  run(state: ChainState, stream: Stream): void;
}

/** Hidden units worked on at once; rows are padded to a multiple with zeros. */
const BLOCK = 4;

/**
 * The MLP block of the exact chain: `u = L G`, G `[m, n]` iid N(0, 1), `φ = σ(u)`,
 * `P = (c/n) φφᵀ`, whose factor is the branch. Source: docs/theory.md, section 4.
 *
 * G is drawn as in `gaussianBlock`, unit after unit; all arithmetic is double.
 *
 * @param traced whether to form `preActivationGram` too
 */
export function mlpStep(arch: Architecture, traced: boolean): MlpStep {
  const { tokens: m, width: n } = arch;
  const { apply: activate, c } = mlpActivation(arch);
  const residual = chainResidual(arch);
  const stride = Math.ceil(n / BLOCK) * BLOCK;
  const L = new Float64Array(m * m);
  const P = new Float64Array(m * m);
  const PU = new Float64Array(m * m);
  const LP = new Float64Array(m * m);
  const G = new Float64Array(m * n);
  const hidden = new Float64Array(m * stride);
  return {
    activationGram: P,
    preActivationGram: PU,
    run(state, stream) {
      residual.input(state, L);
      stream.fillNormal32(G);
      preActivations(L, G, m, n, stride, hidden);
      if (traced) gram(hidden, m, stride, 1 / n, PU);
      activate(hidden);
      gram(hidden, m, stride, c / n, P);
      cholesky(P, m, LP);
      residual.add(state, () => LP, stream);
    },
  };
}

/** `u = L Gᵀ`, `[m, stride]`, for a lower-triangular L `[m, m]` and G `[n, m]`; zero beyond column n. */
function preActivations(
  L: Float64Array,
  G: Float64Array,
  m: number,
  n: number,
  stride: number,
  u: Float64Array,
): void {
  for (let a = 0; a < m; a++) {
    for (let k = 0, g = 0; k < n; k++, g += m) {
      let sum = 0;
      for (let j = 0; j <= a; j++) sum += L[a * m + j] * G[g + j];
      u[a * stride + k] = sum;
    }
    u.fill(0, a * stride + n, (a + 1) * stride);
  }
}

/** `out = scale · U Uᵀ` for U `[m, stride]`, two rows by two at a time. */
function gram(U: Float64Array, m: number, stride: number, scale: number, out: Float64Array): void {
  for (let a = 0; a < m; a += 2) {
    const rowA = a * stride;
    const nextA = a + 1 < m ? rowA + stride : rowA;
    for (let b = 0; b <= a; b += 2) {
      const rowB = b * stride;
      const nextB = b + 1 < m ? rowB + stride : rowB;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      for (let k = 0; k < stride; k++) {
        const a0 = U[rowA + k];
        const a1 = U[nextA + k];
        const b0 = U[rowB + k];
        const b1 = U[nextB + k];
        s00 += a0 * b0;
        s01 += a0 * b1;
        s10 += a1 * b0;
        s11 += a1 * b1;
      }
      set(out, m, a, b, scale * s00);
      if (b + 1 < m) set(out, m, a, b + 1, scale * s01);
      if (a + 1 < m) set(out, m, a + 1, b, scale * s10);
      if (a + 1 < m && b + 1 < m) set(out, m, a + 1, b + 1, scale * s11);
    }
  }
}

/** Sets an entry of a symmetric matrix and its mirror image. */
function set(S: Float64Array, m: number, a: number, b: number, value: number): void {
  S[a * m + b] = value;
  S[b * m + a] = value;
}
