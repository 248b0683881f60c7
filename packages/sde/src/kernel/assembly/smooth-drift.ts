/** The drift of the MLP's smooth activation, as `model/smooth-drift.ts` defines it. */
import { at, m } from './layout';
import { parameter, SMOOTH_EVEN, SMOOTH_ODD } from './parameters';

/** Adds `even·(V_aa V_bb + 2V_ab² − 3V_ab) + odd·V_ab(V_aa + V_bb − 2)` to the lower triangle of D. */
export function addSmoothDrift(V: usize, D: usize): void {
  const even = f64x2.splat(parameter(SMOOTH_EVEN)), odd = f64x2.splat(parameter(SMOOTH_ODD));
  const two = f64x2.splat(2), three = f64x2.splat(3);
  for (let a = 0; a < m; a++) {
    const p = v128.load(at(V, a, a));
    for (let b = 0; b <= a; b++) {
      const q = v128.load(at(V, b, b)), x = v128.load(at(V, a, b));
      const quadratic = f64x2.add(f64x2.mul(p, q), f64x2.mul(two, f64x2.mul(x, x)));
      const first = f64x2.mul(even, f64x2.sub(quadratic, f64x2.mul(three, x)));
      const second = f64x2.mul(f64x2.mul(odd, x), f64x2.sub(f64x2.add(p, q), two));
      const target = at(D, a, b);
      v128.store(target, f64x2.add(v128.load(target), f64x2.add(first, second)));
    }
  }
}
