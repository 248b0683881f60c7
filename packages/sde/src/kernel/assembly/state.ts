/** The covariances of a tile and what became of its paths. */
import { allocate } from './memory';
import { at, halfBytes, m } from './layout';
import { parameter, STOP_AT } from './parameters';

/** Current and proposed covariances, `[2 halves]`. */
export let V: usize = 0;
export let next: usize = 0;

/** All bits set for the paths of a half that go on. */
const ALIVE: usize = memory.data(32, 16);

/** Steps at which the paths stopped (1 for the first step), and 1 where they overflowed, `[4]` each. */
export const STOPPED: usize = memory.data(16, 16);
export const OVERFLOWED: usize = memory.data(16, 16);

/** max |V_ab| of the proposed V of every path, NaN where an entry is NaN. */
const SIZES: usize = memory.data(32, 16);

/** Tells how large a half's proposed V is. */
// @ts-ignore: decorator
@inline
export function setSize(h: i32, size: v128): void {
  v128.store(SIZES + ((<usize>h) << 4), size);
}

/** Measures the proposed V of half `h`, where it was changed after it was proposed. */
export function measure(h: i32): void {
  setSize(h, largest(next + <usize>h * halfBytes));
}

/** Makes room. */
export function setUpState(): boolean {
  V = allocate(2 * halfBytes);
  next = allocate(2 * halfBytes);
  return next != 0;
}

/** Paths of half `h` that go on, as a mask of its lanes. */
// @ts-ignore: decorator
@inline
export function alive(h: i32): v128 {
  return v128.load(ALIVE + ((<usize>h) << 4));
}

/**
 * Lets the paths go on whose bits are set and whose V is within |V| ≤ r, and forgets what became of
 * others. Returns the paths that go on.
 */
export function startPaths(bits: i32): i32 {
  const bound = f64x2.splat(parameter(STOP_AT));
  let going = 0;
  for (let h = 0; h < 2; h++) {
    const within = f64x2.le(largest(V + <usize>h * halfBytes), bound);
    going |= i64x2.bitmask(within) << (2 * h);
  }
  going &= bits;
  for (let p = 0; p < 4; p++) {
    store<i64>(ALIVE + ((<usize>p) << 3), (going >> p) & 1 ? -1 : 0);
    store<i32>(STOPPED + ((<usize>p) << 2), -1);
    store<i32>(OVERFLOWED + ((<usize>p) << 2), 0);
  }
  return going;
}

/** Whether any path goes on. */
export function anyAlive(): boolean {
  return v128.any_true(v128.or(alive(0), alive(1)));
}

/** Gives the lanes whose proposed V is not finite their V back and stops them at `step`. */
export function stopOverflowed(step: i32): void {
  for (let h = 0; h < 2; h++) {
    const size = v128.load(SIZES + ((<usize>h) << 4));
    // A NaN is not below infinity either.
    const finite = f64x2.lt(size, f64x2.splat(Infinity));
    const overflowed = v128.andnot(alive(h), finite);
    if (v128.any_true(overflowed)) stop(h, overflowed, step, true);
    keepStopped(h);
  }
}

/** Makes the proposed V the current one, save for paths beyond |V| ≤ r, which stop at `step`. */
export function accept(step: i32): void {
  const bound = parameter(STOP_AT);
  if (bound < Infinity) {
    for (let h = 0; h < 2; h++) {
      const size = v128.load(SIZES + ((<usize>h) << 4));
      const beyond = v128.andnot(alive(h), f64x2.le(size, f64x2.splat(bound)));
      if (v128.any_true(beyond)) {
        stop(h, beyond, step, false);
        keepStopped(h);
      }
    }
  }
  const swapped = V;
  V = next;
  next = swapped;
}

function stop(h: i32, lanes: v128, step: i32, overflow: boolean): void {
  v128.store(ALIVE + ((<usize>h) << 4), v128.andnot(alive(h), lanes));
  for (let lane = 0; lane < 2; lane++) {
    if (((i64x2.bitmask(lanes) >> lane) & 1) == 0) continue;
    const path = <usize>(2 * h + lane) << 2;
    store<i32>(STOPPED + path, step);
    store<i32>(OVERFLOWED + path, overflow ? 1 : 0);
  }
}

/** Gives the stopped lanes of a half their V back. */
function keepStopped(h: i32): void {
  const going = alive(h);
  if (i64x2.all_true(going)) return;
  const v = V + <usize>h * halfBytes, n = next + <usize>h * halfBytes;
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < m; b++) {
      const target = at(n, a, b);
      v128.store(target, v128.bitselect(v128.load(target), v128.load(at(v, a, b)), going));
    }
  }
}

function largest(X: usize): v128 {
  let size = f64x2.splat(0);
  let numbers = f64x2.eq(size, size);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      const value = v128.load(at(X, a, b));
      size = f64x2.pmax(size, v128.andnot(value, f64x2.splat(-0.0)));
      numbers = v128.and(numbers, f64x2.eq(value, value));
    }
  }
  // All bits set are a NaN.
  return v128.or(size, v128.not(numbers));
}
