/** The Brownian path of a tile at any step size, as `solver/brownian-path.ts` defines it. */
import { allocate } from './memory';
import { bytesOfDraws, drawNoise, drawsAt, wordsOfNoise } from './noise';
import { openStreams } from './words';

/** Steps of the coarsest solution, and how often they were halved. */
let coarsest: i32 = 1;
let levels: i32 = 0;
/** Of each level but the last what its current step draws, and of each but the first its bridge. */
let draws: usize = 0;
let bridges: usize = 0;

/** Makes room for steps that halve those of `coarsest` steps `levels` times. */
export function setUpBrownianPath(coarsestSteps: i32, halvings: i32): boolean {
  coarsest = coarsestSteps;
  levels = halvings;
  if (levels == 0) return true;
  draws = allocate(<usize>levels * bytesOfDraws());
  bridges = allocate(<usize>levels * bytesOfDraws());
  return bridges != 0;
}

/** Draws what step `step` (from 0) needs. The steps of a tile come one after the other. */
export function drawStep(step: i32): void {
  // Of the levels above this one the step before is the same.
  for (let level = max(0, levels - ctz(step)); level <= levels; level++) {
    const index = step >> (levels - level);
    if (level == 0) drawAt(index, drawsOf(0));
    else {
      const bridge = bridges + <usize>(level - 1) * bytesOfDraws();
      const isFirst = (index & 1) == 0;
      if (isFirst) drawAt((coarsest << (level - 1)) + (index >> 1), bridge);
      halve(drawsOf(level - 1), bridge, isFirst ? 1 : -1, drawsOf(level));
    }
  }
}

function drawsOf(level: i32): usize {
  return level == levels ? drawsAt() : draws + <usize>level * bytesOfDraws();
}

function drawAt(index: i32, out: usize): void {
  openStreams(index, wordsOfNoise());
  drawNoise(out);
}

/** out = (whole ± bridge)/√2. */
function halve(whole: usize, bridge: usize, sign: f64, out: usize): void {
  const half = f64x2.splat(Math.SQRT1_2), signed = f64x2.splat(sign);
  for (const end = out + bytesOfDraws(); out < end; out += 16) {
    const part = f64x2.mul(signed, v128.load(bridge));
    v128.store(out, f64x2.mul(half, f64x2.add(v128.load(whole), part)));
    whole += 16;
    bridge += 16;
  }
}
