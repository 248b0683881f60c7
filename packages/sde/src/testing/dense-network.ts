import type { Stream } from '@shaped/random';
import { activationSlopes } from '../model/activation-slopes.js';
import type { Architecture } from '../model/architecture.js';
import { mlpActivation } from '../model/mlp-activation.js';
import { smoothFunctions } from '../model/smooth-function.js';

/** Deliberate mistakes, for negative controls. */
export interface DenseFaults {
  /** Leaves out −γ2 C̄. */
  uncentred?: boolean;
  /** Replaces c(n). */
  normalizer?: number;
}

/** A matrix as an array of rows. */
type Rows = ArrayLike<number>[];

const gaussian = (rows: number, columns: number, stream: Stream): Float64Array[] =>
  Array.from({ length: rows }, () => stream.fillNormal(new Float64Array(columns)));

const scaled = (A: Rows, factor: number): Float64Array[] =>
  A.map((row) => Float64Array.from(row, (x) => factor * x));

function times(A: Rows, B: Rows): Float64Array[] {
  return A.map((row) => {
    const out = new Float64Array(B[0].length);
    for (let k = 0; k < B.length; k++) {
      const [x, other] = [row[k], B[k]];
      for (let j = 0; j < out.length; j++) out[j] += x * other[j];
    }
    return out;
  });
}

function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k] * y[k];
  return sum;
}

const rmsNorm = (X: Rows): Rows =>
  X.map((row) => Float64Array.from(row, (x) => x / Math.sqrt(dot(row, row) / row.length)));

/** Whether query a may see key j. */
function allowed(arch: Architecture, a: number, j: number): boolean {
  if (arch.mask === 'full') return true;
  return arch.mask === 'causal' ? j <= a : arch.mask[a][j] === 1;
}

function attention(X: Rows, arch: Architecture, stream: Stream, faults: DenseFaults): Rows {
  const { tokens: m, width: n, heads, headWidth } = arch;
  const shaped = arch.attention === 'shaped';
  const tau = arch.tau0 * Math.sqrt(shaped ? n * headWidth : headWidth);
  const outputs = Array.from({ length: heads }, () => {
    const K = times(X, gaussian(n, headWidth, stream));
    const Q = times(X, gaussian(n, headWidth, stream));
    const values = times(X, gaussian(n, n / heads, stream));
    const A = K.map((query, a) => {
      const keys = Q.map((_, j) => j).filter((j) => allowed(arch, a, j));
      const weights = new Float64Array(m);
      for (const j of keys) weights[j] = Math.exp(dot(query, Q[j]) / (n * tau));
      const sum = weights.reduce((total, x) => total + x, 0);
      for (const j of keys) {
        weights[j] /= sum;
        if (shaped && !faults.uncentred) weights[j] -= (1 + arch.gamma2Shift / n) / keys.length;
      }
      if (shaped) weights[a] += 1 + arch.gamma1Shift / n;
      return weights;
    });
    return scaled(times(A, values), 1 / Math.sqrt(n));
  });
  const joined = outputs[0].map((_, a) => outputs.flatMap((head) => [...head[a]]));
  if (!arch.outputProjection) return joined;
  return scaled(times(joined, gaussian(n, n, stream)), 1 / Math.sqrt(n));
}

function activation(arch: Architecture): (x: number) => number {
  if (arch.activation === 'shapedSmooth') {
    const s = arch.a * Math.sqrt(arch.width);
    return (x) => s * smoothFunctions[arch.smooth].value(x / s);
  }
  const { plus, minus } = activationSlopes(arch);
  return (x) => (x > 0 ? plus : minus) * x;
}

function mlp(X: Rows, arch: Architecture, stream: Stream, faults: DenseFaults): Rows {
  const n = arch.width;
  const { c } = mlpActivation(arch);
  const u = scaled(times(X, gaussian(n, n, stream)), 1 / Math.sqrt(n));
  const phi = u.map((row) => row.map(activation(arch)));
  return scaled(times(phi, gaussian(n, n, stream)), Math.sqrt((faults.normalizer ?? c) / n));
}

/**
 * The residual stream `[m, n]` after `layers` layers of the network itself, every weight drawn and
 * multiplied out in float64: the plain reading of an architecture that the chain must agree with.
 */
export function denseNetwork(
  X0: Rows,
  arch: Architecture,
  layers: number,
  stream: Stream,
  faults: DenseFaults = {},
): Rows {
  const norm = arch.norm === 'rms' ? rmsNorm : (X: Rows) => X;
  const residual = (X: Rows, branch: typeof attention): Rows => {
    const F = branch(arch.block === 'preLN' ? norm(X) : X, arch, stream, faults);
    const sum = X.map((row, a) =>
      Float64Array.from(row, (x, k) => arch.lambda * x + arch.gamma * F[a][k]),
    );
    return arch.block === 'postLN' ? norm(sum) : sum;
  };
  let X = X0;
  for (let layer = 0; layer < layers; layer++) {
    if (arch.attention !== 'none') X = residual(X, attention);
    if (arch.activation !== 'none') X = residual(X, mlp);
  }
  return X;
}

/** Gram matrices X_h X_hᵀ/n of `heads` equal column slices, `[heads, m, m]`; their sum is V. */
export function gramSlices(X: Rows, heads: number): Float64Array {
  const [m, n] = [X.length, X[0].length];
  const out = new Float64Array(heads * m * m);
  for (let h = 0; h < heads; h++) {
    for (let a = 0; a < m; a++) {
      for (let b = 0; b < m; b++) {
        let sum = 0;
        for (let k = (h * n) / heads; k < ((h + 1) * n) / heads; k++) sum += X[a][k] * X[b][k];
        out[(h * m + a) * m + b] = sum / n;
      }
    }
  }
  return out;
}

/** √n times m rows of a random n-column frame combined by the factor L: Gram matrix L Lᵀ. */
export function rotatedInput(L: Rows, n: number, stream: Stream): Rows {
  const frame: Float64Array[] = [];
  for (const row of gaussian(L.length, n, stream)) {
    for (const e of frame) {
      const overlap = dot(row, e);
      row.forEach((x, k) => (row[k] = x - overlap * e[k]));
    }
    frame.push(scaled([row], 1 / Math.sqrt(dot(row, row)))[0]);
  }
  return scaled(times(L, frame), Math.sqrt(n));
}
