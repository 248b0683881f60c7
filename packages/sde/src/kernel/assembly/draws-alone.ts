/** Draws of one step by themselves, for tests to compare with `Stream`; no simulation calls these. */
import { chi } from './chi';
import { normals } from './normals';
import { normals32 } from './normals32';
import { ENTRY } from './layout';
import { allocate, releaseAll } from './memory';
import { openStreams } from './words';

/**
 * Draws `count` normals of every path of the tile in step `step` and returns where they lie: those of
 * paths 0 and 1 in pairs, then those of paths 2 and 3; 0 where there is no memory. What was set up
 * before is lost.
 */
export function drawNormals(step: i32, count: i32): usize {
  const out = begin(step, count);
  if (out != 0) normals(count, out, <usize>count * ENTRY, ENTRY);
  return out;
}

/** The same of normals of one word each. */
export function drawNormals32(step: i32, count: i32): usize {
  const out = begin(step, count);
  if (out != 0) normals32(1, count, out, <usize>count * ENTRY, 0, ENTRY);
  return out;
}

/** The same of square roots of χ² variates with `df` degrees of freedom. */
export function drawChi(step: i32, count: i32, df: f64): usize {
  const out = begin(step, count);
  if (out == 0) return 0;
  const other = <usize>count * ENTRY;
  for (let i: usize = 0; i < other; i += ENTRY) chi(df, out + i, other);
  return out;
}

function begin(step: i32, count: i32): usize {
  releaseAll();
  const out = allocate(2 * <usize>count * ENTRY);
  openStreams(step, 2 * <u32>count);
  return out;
}
