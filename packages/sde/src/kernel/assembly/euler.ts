/** Euler–Maruyama for a tile, as `solver/euler-maruyama.ts` defines it. */
import { attentionDrift } from './attention-drift';
import { cholesky, defect } from './cholesky';
import { correlations8, propose8, setUpEight } from './eight-step';
import { cholesky8 } from './eight-cholesky';
import { allocate } from './memory';
import { ENTRY, halfBytes, m, rowBytes } from './layout';
import { FULL, kind } from './mask';
import { halfNoise, halfNoise8 } from './noise';
import {
  ATTENTION_DRIFT, CONE, DT, GAIN1, GAIN2, parameter, RELU_PULL, SMOOTH_EVEN, SMOOTH_ODD, SOFTMAX,
} from './parameters';
import { addReluPull, pullPairs } from './relu-pull';
import { addSmoothDrift } from './smooth-drift';
import { alive, next, setSize, V } from './state';

/** Factors of V, and its drift. */
let L: usize = 0;
let D: usize = 0;

/** Whether a step is that of `eight-step.ts`. */
let eight: boolean = false;

/** Makes room; `general` keeps eight tokens from code of their own. */
export function setUpEuler(general: boolean): boolean {
  eight = m == 8 && kind == FULL && !general;
  L = allocate(2 * halfBytes);
  D = allocate(2 * halfBytes);
  return D != 0 && (!eight || setUpEight());
}

/** Factors the tile's V; a step leaves its own result's factor. */
export function factorState(): void {
  cholesky(V, L);
  cholesky(V + halfBytes, L + halfBytes);
}

/** Writes the proposed next V into `next`; the step's noise is drawn. */
export function proposeEuler(): void {
  if (eight && parameter(SOFTMAX) != 0 && !hasOtherDrift()) return proposeEight();
  drift();
  proposeHalf(0);
  proposeHalf(1);
}

/** Factors the proposed V; returns which paths are outside the cone, as bits. */
export function factorProposed(): i32 {
  // Where no token depends on others no factor can miss.
  if (eight && cholesky8(next, L)) return 0;
  return factorHalf(0) | (factorHalf(1) << 2);
}

function factorHalf(h: i32): i32 {
  const offset = <usize>h * halfBytes;
  cholesky(next + offset, L + offset);
  const outside = v128.and(f64x2.gt(defect, f64x2.splat(parameter(CONE))), alive(h));
  return i64x2.bitmask(outside);
}

/** Whether the drift has parts that eight tokens have no code of their own for. */
function hasOtherDrift(): boolean {
  const gains = parameter(GAIN1) != 0 || parameter(GAIN2) != 0;
  return gains || parameter(SMOOTH_EVEN) != 0 || parameter(SMOOTH_ODD) != 0;
}

/** The same of eight tokens with a full mask; D holds the noise. */
function proposeEight(): void {
  const dt = parameter(DT);
  const root = Math.sqrt(dt);
  halfNoise8(0, L, root, D);
  halfNoise8(1, L + halfBytes, root, D + halfBytes);
  const relu = parameter(RELU_PULL), attention = parameter(ATTENTION_DRIFT);
  if (relu != 0) {
    correlations8(0, V);
    correlations8(1, V + halfBytes);
    pullPairs(28);
  }
  propose8(0, V, D, attention, relu, dt, next);
  propose8(1, V + halfBytes, D + halfBytes, attention, relu, dt, next + halfBytes);
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
