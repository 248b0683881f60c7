/** Small operations on the m×m matrices of one half. */
import { ENTRY, m, rowBytes } from './layout';

/** X ← X + Xᵀ. */
export function addTranspose(X: usize): void {
  const stride = rowBytes, width = <usize>m * ENTRY;
  let column = X;
  for (let diagonal: usize = 0; diagonal < width; diagonal += ENTRY) {
    let upper = column;
    for (let b: usize = 0; b <= diagonal; b += ENTRY) {
      const sum = f64x2.add(v128.load(X + b), v128.load(upper));
      v128.store(X + b, sum);
      v128.store(upper, sum);
      upper += stride;
    }
    X += stride;
    column += ENTRY;
  }
}

/** X ← scale·X on the lower triangle, and its mirror image above. */
export function mirror(X: usize, scale: f64): void {
  const factor = f64x2.splat(scale);
  const stride = rowBytes, width = <usize>m * ENTRY;
  let column = X;
  for (let diagonal: usize = 0; diagonal < width; diagonal += ENTRY) {
    let upper = column;
    for (let b: usize = 0; b <= diagonal; b += ENTRY) {
      const value = f64x2.mul(factor, v128.load(X + b));
      v128.store(X + b, value);
      v128.store(upper, value);
      upper += stride;
    }
    X += stride;
    column += ENTRY;
  }
}

/** out = Xᵀ. */
export function transpose(X: usize, out: usize): void {
  const stride = rowBytes, width = <usize>m * ENTRY;
  for (let i: usize = 0; i < width; i += ENTRY) {
    let target = out + i;
    for (let j: usize = 0; j < width; j += ENTRY) {
      v128.store(target, v128.load(X + j));
      target += stride;
    }
    X += stride;
  }
}

/** out ← X + out, entry by entry. */
export function addMatrix(X: usize, out: usize): void {
  const stride = rowBytes, width = <usize>m * ENTRY;
  for (let i = 0; i < m; i++) {
    for (let j: usize = 0; j < width; j += ENTRY) {
      v128.store(out + j, f64x2.add(v128.load(out + j), v128.load(X + j)));
    }
    X += stride;
    out += stride;
  }
}
