/** The drift of the MLP's shaped activation, as `model/mlp-drift.ts` and `smooth-drift.ts` define it. */
import { allocate } from './memory';
import { at, ENTRY, m, rowBytes } from './layout';
import { parameter, RELU_PULL, SMOOTH_EVEN, SMOOTH_ODD } from './parameters';
import { reluPull } from './relu-pull';

/** Roots of the variances and their inverses. */
let roots: usize = 0;
let inverses: usize = 0;

/** Makes room. */
export function setUpMlpDrift(): boolean {
  roots = allocate(<usize>m * ENTRY);
  inverses = allocate(<usize>m * ENTRY);
  return inverses != 0;
}

/** Adds `scale·(√(1 − ρ²) − ρ arccos ρ)√(V_aa V_bb)` to the lower triangle of D. */
export function addReluDrift(V: usize, D: usize, scale: f64): void {
  const zero = f64x2.splat(0);
  const stride = rowBytes, width = <usize>m * ENTRY;
  let row = V;
  for (let a: usize = 0; a < width; a += ENTRY) {
    const variance = v128.load(row + a);
    const positive = f64x2.gt(variance, zero);
    const root = v128.and(f64x2.sqrt(variance), positive);
    v128.store(roots + a, root);
    v128.store(inverses + a, v128.and(f64x2.div(f64x2.splat(1), root), positive));
    row += stride;
  }
  const factor = f64x2.splat(scale);
  row = V;
  for (let a: usize = 0; a < width; a += ENTRY) {
    const root = f64x2.mul(factor, v128.load(roots + a)), inverse = v128.load(inverses + a);
    for (let b: usize = 0; b < a; b += ENTRY) {
      const rho = f64x2.mul(f64x2.mul(v128.load(row + b), inverse), v128.load(inverses + b));
      const pull = f64x2.mul(reluPull(rho), f64x2.mul(root, v128.load(roots + b)));
      v128.store(D + b, f64x2.add(v128.load(D + b), pull));
    }
    row += stride;
    D += stride;
  }
}

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

/** Adds the pull of the shaped ReLU with the set-up's scale. */
export function addReluPull(V: usize, D: usize): void {
  addReluDrift(V, D, parameter(RELU_PULL));
}
