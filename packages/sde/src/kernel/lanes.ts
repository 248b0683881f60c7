import type { KernelInstance } from './kernel-instance.js';

/** Paths that advance together; `assembly/layout.ts` says how they lie in memory. */
export const LANES = 4;

/** Index, in doubles, of entry (0, 0) of a lane of the tile matrix at a byte address, and its strides. */
export interface LaneView {
  readonly first: number;
  readonly row: number;
  readonly entry: number;
}

/** Where a lane of the tile matrix at `address` lies. */
export function laneOf({ exports }: KernelInstance, address: number, lane: number): LaneView {
  const half = lane >> 1;
  return {
    first: (address + half * exports.halfBytesNow()) / 8 + (lane & 1),
    row: exports.rowBytesNow() / 8,
    entry: 2,
  };
}

/** Copies a matrix `[m, m]` into a lane. */
export function writeLane(
  kernel: KernelInstance,
  address: number,
  lane: number,
  m: number,
  matrix: ArrayLike<number>,
): void {
  const { first, row, entry } = laneOf(kernel, address, lane);
  const doubles = kernel.doubles();
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < m; b++) doubles[first + a * row + b * entry] = matrix[a * m + b];
  }
}

/** Copies a lane to `out`, `[m, m]`. */
export function readLane(
  kernel: KernelInstance,
  address: number,
  lane: number,
  m: number,
  out: Float64Array,
): void {
  const { first, row, entry } = laneOf(kernel, address, lane);
  const doubles = kernel.doubles();
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < m; b++) out[a * m + b] = doubles[first + a * row + b * entry];
  }
}

/** Copies one matrix, the same for all paths, into one half of the tile matrix at `address`. */
export function writeShared(
  kernel: KernelInstance,
  address: number,
  m: number,
  matrix: ArrayLike<number>,
): void {
  for (const lane of [0, 1]) writeLane(kernel, address, lane, m, matrix);
}
