/** Activations of the exact chain's hidden layer. */
import { ENTRY, m, rowBytes } from './layout';
import { HALF_SLOPE, MEAN_SLOPE, parameter } from './parameters';

/** Replaces the numbers U `[rows, m]` of one half by their activations. */
export function applyActivation(U: usize, rows: i32): void {
  // s₊ max(u, 0) + s₋ min(u, 0) without a branch on a random sign.
  const mean = f64x2.splat(parameter(MEAN_SLOPE)), half = f64x2.splat(parameter(HALF_SLOPE));
  const width = <usize>m * ENTRY;
  for (let r = 0; r < rows; r++) {
    for (let k: usize = 0; k < width; k += ENTRY) {
      const u = v128.load(U + k);
      v128.store(U + k, f64x2.add(f64x2.mul(mean, u), f64x2.mul(half, f64x2.abs(u))));
    }
    U += rowBytes;
  }
}
