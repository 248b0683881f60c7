/** Roots of Wishart matrices, as `chain/wishart-root.ts` defines them. */
import { chi } from './chi';
import { normals } from './normals';
import { ENTRY, halfBytes, m, rowBytes } from './layout';

/** Number of columns of a root. */
export function rootColumns(degrees: f64): i32 {
  return degrees >= <f64>m ? m : <i32>Math.ceil(degrees);
}

/** Draws a root of every path into both halves of the matrix at `out`. */
export function drawRoot(degrees: f64, out: usize): void {
  draw(degrees, out, rowBytes, ENTRY);
}

/** Draws a root and writes its transpose. */
export function drawTransposedRoot(degrees: f64, out: usize): void {
  draw(degrees, out, ENTRY, rowBytes);
}

function draw(degrees: f64, out: usize, rowStride: usize, columnStride: usize): void {
  if (degrees < <f64>m) {
    const columns = rootColumns(degrees);
    for (let i = 0; i < m; i++) {
      normals(columns, out + <usize>i * rowStride, halfBytes, columnStride);
    }
    return;
  }
  memory.fill(out, 0, 2 * halfBytes);
  for (let i = 0; i < m; i++) {
    const row = out + <usize>i * rowStride;
    normals(i, row, halfBytes, columnStride);
    chi(degrees - <f64>i, row + <usize>i * columnStride, halfBytes);
  }
}
