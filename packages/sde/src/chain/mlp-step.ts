import type { Stream } from '@shaped/random';
import { cholesky } from '../covariance/cholesky.js';
import { activationSlopes } from '../model/activation-slopes.js';
import type { Architecture } from '../model/architecture.js';
import { chainResidual } from './chain-residual.js';
import type { ChainState } from './chain-state.js';

/** The MLP half-step, in place, with what it drew. */
export interface MlpStep {
  /** Gram matrix of the activations of the latest run, `c φφᵀ/n`, `[m, m]`. */
  readonly activationGram: Float64Array;
  /** Gram matrix of the pre-activations of the latest run, `u uᵀ/n`, `[m, m]`; only if asked for. */
  readonly preActivationGram: Float64Array;
  /** Advances the state by one MLP block. */
  run(state: ChainState, stream: Stream): void;
}

/**
 * The MLP block of the exact chain: `u = L G`, G `[m, n]` iid N(0, 1), `φ = σ(u)`,
 * `P = (c/n) φφᵀ`, whose factor is the branch. Source: docs/theory.md, section 4.
 *
 * G is drawn in single precision (32-bit uniforms), which halves the time of the whole chain and
 * changes second moments by less than 1e-8; all arithmetic is double.
 *
 * @param traced whether to form `preActivationGram` too
 */
export function mlpStep(arch: Architecture, traced: boolean): MlpStep {
  const { tokens: m, width: n } = arch;
  const { plus, minus, c } = activationSlopes(arch);
  const residual = chainResidual(arch);
  const L = new Float64Array(m * m);
  const P = new Float64Array(m * m);
  const PU = new Float64Array(m * m);
  const LP = new Float64Array(m * m);
  const G = new Float32Array(m * n);
  const u = new Float64Array(m);
  const phi = new Float64Array(m);
  return {
    activationGram: P,
    preActivationGram: PU,
    run(state, stream) {
      residual.input(state, L);
      stream.fillNormal32(G);
      P.fill(0);
      PU.fill(0);
      for (let k = 0; k < n; k++) {
        const column = k * m;
        for (let a = 0; a < m; a++) {
          const row = a * m;
          let sum = 0;
          for (let j = 0; j <= a; j++) sum += L[row + j] * G[column + j];
          u[a] = sum;
          const value = sum > 0 ? plus * sum : minus * sum;
          phi[a] = value;
          for (let b = 0; b <= a; b++) P[row + b] += value * phi[b];
        }
        if (!traced) continue;
        for (let a = 0; a < m; a++) for (let b = 0; b <= a; b++) PU[a * m + b] += u[a] * u[b];
      }
      scaleAndMirror(P, m, c / n);
      if (traced) scaleAndMirror(PU, m, 1 / n);
      cholesky(P, m, LP);
      residual.add(state, () => LP, stream);
    },
  };
}

/** Scales the lower triangle of S in place and copies it to the upper one. */
function scaleAndMirror(S: Float64Array, m: number, scale: number): void {
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      S[a * m + b] *= scale;
      S[b * m + a] = S[a * m + b];
    }
  }
}
