/** Euler–Maruyama for a tile, as `solver/euler-maruyama.ts` defines it. */
import { attentionDrift } from './attention-drift';
import { cholesky, defect } from './cholesky';
import { allocate } from './memory';
import { ENTRY, halfBytes, m, rowBytes } from './layout';
import { drawNoise, halfNoise } from './noise';
import { ATTENTION_DRIFT, CONE, DT, parameter, RELU_PULL, SMOOTH_EVEN, SMOOTH_ODD } from './parameters';
import { addReluPull } from './relu-pull';
import { addSmoothDrift } from './smooth-drift';
import { alive, next, setSize, V } from './state';

/** Factors of V, and its drift. */
let L: usize = 0;
let D: usize = 0;

/** Makes room. */
export function setUpEuler(): boolean {
  L = allocate(2 * halfBytes);
  D = allocate(2 * halfBytes);
  return D != 0;
}

/** Factors the tile's V; a step leaves its own result's factor. */
export function factorState(): void {
  cholesky(V, L);
  cholesky(V + halfBytes, L + halfBytes);
}

/** Writes the proposed next V into `next`. */
export function proposeEuler(): void {
  drawNoise();
  drift();
  proposeHalf(0);
  proposeHalf(1);
}

/** Factors a half's proposed V; returns which of its two paths are outside the cone, as bits. */
export function factorProposed(h: i32): i32 {
  const offset = <usize>h * halfBytes;
  cholesky(next + offset, L + offset);
  const outside = v128.and(f64x2.gt(defect, f64x2.splat(parameter(CONE))), alive(h));
  return i64x2.bitmask(outside);
}

/** Writes the drift at V into the lower triangles of D. */
function drift(): void {
  if (parameter(ATTENTION_DRIFT) != 0) {
    attentionDrift(V, D);
    attentionDrift(V + halfBytes, D + halfBytes);
  } else {
    memory.fill(D, 0, 2 * halfBytes);
  }
  if (parameter(RELU_PULL) != 0) addReluPull(V, D, parameter(RELU_PULL));
  if (parameter(SMOOTH_EVEN) != 0 || parameter(SMOOTH_ODD) != 0) {
    addSmoothDrift(V, D);
    addSmoothDrift(V + halfBytes, D + halfBytes);
  }
}

function proposeHalf(h: i32): void {
  const offset = <usize>h * halfBytes;
  const v = V + offset, d = D + offset, out = next + offset;
  const dt = parameter(DT);
  const N = halfNoise(h, v, L + offset, Math.sqrt(dt));
  const time = f64x2.splat(dt);
  const stride = rowBytes, width = <usize>m * ENTRY;
  let size = f64x2.splat(0);
  let numbers = f64x2.eq(size, size);
  let row: usize = 0;
  for (let a: usize = 0; a < width; a += ENTRY) {
    let upper = out + a;
    for (let b: usize = 0; b <= a; b += ENTRY) {
      const entry = row + b;
      const drift = f64x2.mul(time, v128.load(d + entry));
      const change = f64x2.add(drift, v128.load(N + entry));
      const value = f64x2.add(v128.load(v + entry), change);
      size = f64x2.pmax(size, v128.andnot(value, f64x2.splat(-0.0)));
      numbers = v128.and(numbers, f64x2.eq(value, value));
      v128.store(out + entry, value);
      v128.store(upper, value);
      upper += stride;
    }
    row += stride;
  }
  // All bits set are a NaN.
  setSize(h, v128.or(size, v128.not(numbers)));
}
