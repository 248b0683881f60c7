/** The residual update of a Gram matrix, as `chain/residual-step.ts` defines it. */
import { drawGaussian } from './heads';
import { allocate } from './memory';
import { ENTRY, halfBytes, m, rowBytes, rowBytesOf } from './layout';
import { mirror } from './matrix';
import { A_LOWER, addProduct, B_UPPER, C_LOWER, multiply } from './products';
import { drawTransposedRoot, rootColumns } from './wishart';

/** Draws of a tile, transposed: the Gaussian beside X, and the root of the columns beyond it. */
let G: usize = 0;
let T: usize = 0;
/** U = [λL + (γ/√n) F G | (γ/√n) F T] of one half, `[m, up to 2m]`. */
let U: usize = 0;
let uRow: usize = 0;

/** Makes room. */
export function setUpResidual(): boolean {
  uRow = rowBytesOf(2 * m);
  G = allocate(2 * halfBytes);
  T = allocate(2 * halfBytes);
  U = allocate(uRow * <usize>m);
  return U != 0;
}

/** Draws what the columns of one slice of `width` columns need. */
export function drawResidual(width: f64): void {
  const skip = skipColumns(width);
  drawGaussian(skip, G, ENTRY, rowBytes);
  const rest = width - <f64>skip;
  if (rootColumns(rest) > 0) drawTransposedRoot(rest, T);
}

function skipColumns(width: f64): i32 {
  return <f64>m < width ? m : <i32>width;
}

/**
 * Writes into `out` the Gram matrix of half `h` after λX + (coefficient) F W, where L is a factor of
 * X Xᵀ/n with at most `width` columns that are not zero, and `branch` one of F Fᵀ/n, lower triangular
 * if `lower`.
 */
export function residual(
  h: i32, L: usize, branch: usize, lower: boolean, lambda: f64, coefficient: f64, width: f64, out: usize,
): void {
  const offset = <usize>h * halfBytes;
  const skip = skipColumns(width);
  const rest = width - <f64>skip;
  const columns = rootColumns(rest);
  const shape = lower ? A_LOWER : 0;
  multiply(branch, rowBytes, G + offset, rowBytes, U, uRow, m, skip, m, shape, coefficient);
  addScaled(L, lambda, skip);
  if (columns > 0) {
    const triangular = rest >= <f64>m ? B_UPPER : 0;
    const beyond = U + <usize>skip * ENTRY;
    multiply(
      branch, rowBytes, T + offset, rowBytes, beyond, uRow,
      m, columns, m, shape | triangular, coefficient,
    );
  }
  multiply(U, uRow, U, uRow, out, rowBytes, m, m, skip + columns, C_LOWER, 1);
  mirror(out, 1);
}

/** Adds λL to the first columns of U. */
function addScaled(L: usize, lambda: f64, columns: i32): void {
  const factor = f64x2.splat(lambda);
  const width = <usize>columns * ENTRY;
  let target = U;
  for (let a = 0; a < m; a++) {
    for (let k: usize = 0; k < width; k += ENTRY) {
      const x = f64x2.mul(factor, v128.load(L + k));
      v128.store(target + k, f64x2.add(x, v128.load(target + k)));
    }
    L += rowBytes;
    target += uRow;
  }
}
