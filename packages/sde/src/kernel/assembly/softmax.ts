/** Attention matrices from logits, as `attentionFinish` of `chain/attention-matrix.ts` defines them. */
import { expOfNegative } from './elementary';
import { ENTRY, m, rowBytes } from './layout';
import { B, inverseCount } from './mask';

/**
 * Replaces a half's logits Z by softmax_B(Z), and for shaped attention by γ1 I + softmax_B(Z) − γ2 C̄;
 * plain attention has γ1 = γ2 = 0.
 */
export function attentionOf(Z: usize, gamma1: f64, gamma2: f64): void {
  const stride = rowBytes, width = <usize>m * ENTRY;
  const identity = f64x2.splat(gamma1);
  let allowed = B;
  let row = Z;
  for (let a = 0; a < m; a++) {
    let top = f64x2.splat(-Infinity);
    for (let j: usize = 0; j < width; j += ENTRY) {
      if (load<f64>(allowed + j) != 0) top = f64x2.pmax(top, v128.load(row + j));
    }
    let sum = f64x2.splat(0);
    for (let j: usize = 0; j < width; j += ENTRY) {
      let weight = f64x2.splat(0);
      if (load<f64>(allowed + j) != 0) {
        weight = expOfNegative(f64x2.sub(v128.load(row + j), top));
        sum = f64x2.add(sum, weight);
      }
      v128.store(row + j, weight);
    }
    const none = f64x2.eq(sum, f64x2.splat(0));
    const scale = v128.andnot(f64x2.div(f64x2.splat(1), sum), none);
    const centre = f64x2.mul(f64x2.splat(gamma2), inverseCount(a));
    for (let j: usize = 0; j < width; j += ENTRY) {
      const share = f64x2.mul(v128.load(row + j), scale);
      v128.store(row + j, f64x2.sub(share, f64x2.mul(centre, v128.load(allowed + j))));
    }
    const diagonal = row + <usize>a * ENTRY;
    v128.store(diagonal, f64x2.add(v128.load(diagonal), identity));
    row += stride;
    allowed += stride;
  }
}
