/** One problem of shaped attention in float64, all tensors row-major. */
export interface TwinProblem {
  /** B, H, T, S, K, V. */
  sizes: {
    batch: number;
    heads: number;
    queries: number;
    keys: number;
    keyDim: number;
    valueDim: number;
  };
  /** `[B, H, T, K]` */
  q: Float64Array;
  /** `[B, H, S, K]` */
  k: Float64Array;
  /** `[B, H, S, V]` */
  v: Float64Array;
  /** `[H]` each */
  gamma1: Float64Array;
  gamma2: Float64Array;
  gammaS: Float64Array;
  tau: number;
  /** Whether query i of batch entry b may see key j. */
  allowed: (b: number, i: number, j: number) => boolean;
  /** Query i's own key; outside the keys, it has none. */
  own: (i: number) => number;
  /** Multiplies the softmax, `[B, H, T, S]`. */
  dropout?: Float64Array;
}

/** `A = γ1 I + γs softmax − γ2 C̄` (or with dropout on its softmax) `[B, H, T, S]`, entry by entry. */
export function twinMatrix(p: TwinProblem): Float64Array {
  const { batch, heads, queries, keys, keyDim } = p.sizes;
  const matrix = new Float64Array(batch * heads * queries * keys);
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      const head = b * heads + h;
      for (let i = 0; i < queries; i++) {
        const row = matrix.subarray((head * queries + i) * keys, (head * queries + i + 1) * keys);
        let total = 0;
        let count = 0;
        for (let j = 0; j < keys; j++) {
          if (!p.allowed(b, i, j)) continue;
          let product = 0;
          for (let c = 0; c < keyDim; c++) {
            product += p.q[(head * queries + i) * keyDim + c] * p.k[(head * keys + j) * keyDim + c];
          }
          row[j] = Math.exp(product / p.tau);
          total += row[j];
          count++;
        }
        for (let j = 0; j < keys; j++) {
          const kept = p.dropout?.[(head * queries + i) * keys + j] ?? 1;
          const softmax = p.allowed(b, i, j) ? (row[j] / total) * kept : 0;
          const centring = p.allowed(b, i, j) ? 1 / count : 0;
          const identity = p.own(i) === j ? 1 : 0;
          row[j] = p.gamma1[h] * identity + p.gammaS[h] * softmax - p.gamma2[h] * centring;
        }
      }
    }
  }
  return matrix;
}

/** `A v` `[B, H, T, V]`. */
export function twinOutput(p: TwinProblem): Float64Array {
  const { batch, heads, queries, keys, valueDim } = p.sizes;
  const matrix = twinMatrix(p);
  const output = new Float64Array(batch * heads * queries * valueDim);
  for (let row = 0; row < batch * heads * queries; row++) {
    const head = Math.floor(row / queries);
    for (let j = 0; j < keys; j++) {
      const weight = matrix[row * keys + j];
      for (let c = 0; c < valueDim; c++) {
        output[row * valueDim + c] += weight * p.v[(head * keys + j) * valueDim + c];
      }
    }
  }
  return output;
}

/** The loss `Σ seen ∘ A v`. */
export function twinLoss(p: TwinProblem, seen: ArrayLike<number>): number {
  return twinOutput(p).reduce((sum, x, i) => sum + x * seen[i], 0);
}

/**
 * The gradient of `twinLoss` with respect to one of the problem's arrays, by central differences:
 * error of order `step²`, about 1e-9 here, far below float32.
 */
export function twinGradient(
  p: TwinProblem,
  name: 'q' | 'k' | 'v' | 'gamma1' | 'gamma2' | 'gammaS',
  seen: ArrayLike<number>,
  step = 1e-5,
): Float64Array {
  return p[name].map((value, i) => {
    const at = (x: number) => {
      const moved = p[name].slice();
      moved[i] = x;
      return twinLoss({ ...p, [name]: moved }, seen);
    };
    return (at(value + step) - at(value - step)) / (2 * step);
  });
}
