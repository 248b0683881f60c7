/** Factors of the Gram matrices of the columns that a head writes, and their normalisation. */
import { cholesky } from './cholesky';
import { ENTRY, halfBytes, m, rowBytes } from './layout';

/** A factor with at most `width` columns that are not zero; see `sliceFactor`. */
export function sliceFactor(V: usize, width: f64, L: usize): void {
  if (width >= <f64>m) {
    cholesky(V, L);
    return;
  }
  memory.fill(L, 0, halfBytes);
  for (let lane: usize = 0; lane < 2; lane++) pivotedCholesky(V + 8 * lane, <i32>width, L + 8 * lane);
}

// @ts-ignore: decorator
@inline
function entry(X: usize, i: i32, j: i32): usize {
  return X + <usize>i * rowBytes + <usize>j * ENTRY;
}

/** Of one lane; `left` variances are kept in the last column of L, which a slice does not use. */
function pivotedCholesky(V: usize, rank: i32, L: usize): void {
  const tolerance = 8.0 * <f64>m * f64.EPSILON;
  const last = m - 1;
  for (let a = 0; a < m; a++) store<f64>(entry(L, a, last), load<f64>(entry(V, a, a)));
  for (let k = 0; k < rank; k++) {
    let p = 0;
    for (let a = 1; a < m; a++) {
      const left = load<f64>(entry(L, a, last));
      if (left > load<f64>(entry(L, p, last)) || isNaN(left)) p = a;
    }
    const largest = load<f64>(entry(L, p, last));
    if (!isFinite(largest)) {
      for (let a = 0; a < m; a++) store<f64>(entry(L, a, 0), NaN);
      break;
    }
    if (!(largest > tolerance * load<f64>(entry(V, p, p)))) break;
    const root = Math.sqrt(largest);
    for (let a = 0; a < m; a++) {
      let sum = load<f64>(entry(V, a, p));
      for (let i = 0; i < k; i++) sum -= load<f64>(entry(L, a, i)) * load<f64>(entry(L, p, i));
      const value = sum / root;
      store<f64>(entry(L, a, k), value);
      const left = entry(L, a, last);
      store<f64>(left, load<f64>(left) - value * value);
    }
    store<f64>(entry(L, p, last), 0);
  }
  for (let a = 0; a < m; a++) store<f64>(entry(L, a, last), 0);
}
