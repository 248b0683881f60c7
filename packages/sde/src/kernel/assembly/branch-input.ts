/** Factors of what the residual branches see. */
import { cholesky } from './cholesky';
import { allocate } from './memory';
import { ENTRY, halfBytes, m, rowBytes } from './layout';
import { transpose } from './matrix';
import { next } from './state';

/** Factor of the current V, of the branch's input, and the latter's transpose, `[2 halves]` each. */
export let LV: usize = 0;
export let LI: usize = 0;
export let LT: usize = 0;

let normalized: boolean = false;

/** Makes room; `preNorm` normalises what branches see to unit variances. */
export function setUpBranchInput(preNorm: boolean): boolean {
  normalized = preNorm;
  LV = allocate(2 * halfBytes);
  LI = preNorm ? allocate(2 * halfBytes) : LV;
  LT = allocate(2 * halfBytes);
  return LV != 0 && LI != 0 && LT != 0;
}

/** Factors the tile's V. */
export function factorInput(): void {
  for (let h: usize = 0; h < 2; h++) {
    const offset = h * halfBytes;
    cholesky(next + offset, LV + offset);
    if (normalized) normalizeRows(next + offset, LV + offset, LI + offset);
    transpose(LI + offset, LT + offset);
  }
}

/** out = diag(V)^{-1/2} L; a token of zero norm stays zero. */
function normalizeRows(V: usize, L: usize, out: usize): void {
  const width = <usize>m * ENTRY;
  for (let a: usize = 0; a < width; a += ENTRY) {
    const scale = inverseNorm(v128.load(V + a));
    for (let k: usize = 0; k < width; k += ENTRY) {
      v128.store(out + k, f64x2.mul(scale, v128.load(L + k)));
    }
    V += rowBytes;
    L += rowBytes;
    out += rowBytes;
  }
}

/** v^{-1/2}, 0 where v is not positive. */
export function inverseNorm(variance: v128): v128 {
  const positive = f64x2.gt(variance, f64x2.splat(0));
  return v128.and(f64x2.div(f64x2.splat(1), f64x2.sqrt(variance)), positive);
}
