/** Sums over the keys that a mask allows, for one half. */
import { allocate } from './memory';
import { at, ENTRY, halfBytes, m, rowBytes } from './layout';
import { multiply } from './products';

export const FULL: i32 = 0;
export const CAUSAL: i32 = 1;
export const GENERAL: i32 = 2;

/** The kind of mask of the set-up. */
export let kind: i32 = FULL;

/** The 0/1 matrix B, one half for both, and 1/c_a as numbers, `[m]`; the host writes them. */
export let B: usize = 0;
export let inverseCounts: usize = 0;

/** Makes room for a mask. */
export function setUpMask(maskKind: i32): boolean {
  kind = maskKind;
  B = allocate(halfBytes);
  inverseCounts = allocate(<usize>m << 3);
  return B != 0 && inverseCounts != 0;
}

/** 1/c_a in both lanes. */
// @ts-ignore: decorator
@inline
export function inverseCount(a: i32): v128 {
  return v128.load64_splat(inverseCounts + (<usize>a << 3));
}

/** out = B X, of a symmetric X: rows summed over the keys of each query. */
export function sumOverKeys(X: usize, out: usize): void {
  if (kind == GENERAL) {
    multiply(B, rowBytes, X, rowBytes, out, rowBytes, m, m, m, 0, 1);
    return;
  }
  const width = <usize>m * ENTRY;
  for (let k: usize = 0; k < width; k += ENTRY) {
    let sum = f64x2.splat(0);
    for (let a = 0; a < m; a++) {
      sum = f64x2.add(sum, v128.load(at(X, a, 0) + k));
      v128.store(at(out, a, 0) + k, sum);
    }
    if (kind == FULL) for (let a = 0; a < m; a++) v128.store(at(out, a, 0) + k, sum);
  }
}

/** out = X Bᵀ: columns summed over the keys of each query. */
export function sumOfColumns(X: usize, out: usize): void {
  if (kind == GENERAL) {
    multiply(X, rowBytes, B, rowBytes, out, rowBytes, m, m, m, 0, 1);
    return;
  }
  const width = <usize>m * ENTRY;
  for (let a = 0; a < m; a++) {
    const row = at(X, a, 0), target = at(out, a, 0);
    let sum = f64x2.splat(0);
    for (let k: usize = 0; k < width; k += ENTRY) {
      sum = f64x2.add(sum, v128.load(row + k));
      v128.store(target + k, sum);
    }
    if (kind == FULL) for (let k: usize = 0; k < width; k += ENTRY) v128.store(target + k, sum);
  }
}
