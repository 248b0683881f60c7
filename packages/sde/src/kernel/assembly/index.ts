/** What the host calls; see `kernel-instance.ts`. */
import { drawStep, setUpBrownianPath } from './brownian-path';
import { proposeLayer, setUpLayers, slices } from './chain';
import { proposeGramStep, setUpGramStep } from './gram-step';
import { factorProposed, factorState, proposeEuler, setUpEuler } from './euler';
import { setUpAttentionDrift } from './attention-drift';
import { halfBytes, rowBytes, setTokens } from './layout';
import { B, inverseCounts, setUpMask } from './mask';
import { releaseAll } from './memory';
import { setUpNoise } from './noise';
import { PARAMETERS } from './parameters';
import { setUpReluPull } from './relu-pull';
import { accept, anyAlive, measure, OVERFLOWED, setUpState, startPaths, stopOverflowed, STOPPED, V, next } from './state';
import { openStreams, philox, setKey, setPaths } from './words';
import { COARSE_HEIGHTS, COARSE_TABLE, FINE_HEIGHTS, FINE_TABLE } from './ziggurat';

export { philox, setKey, startPaths };
export { drawChi, drawNormals, drawNormals32 } from './draws-alone';

/** Addresses of what the host reads and writes. */
export function fineTableAt(): usize { return FINE_TABLE; }
export function fineHeightsAt(): usize { return FINE_HEIGHTS; }
export function coarseTableAt(): usize { return COARSE_TABLE; }
export function coarseHeightsAt(): usize { return COARSE_HEIGHTS; }
export function parametersAt(): usize { return PARAMETERS; }
export function stoppedAt(): usize { return STOPPED; }
export function overflowedAt(): usize { return OVERFLOWED; }
export function maskAt(): usize { return B; }
export function inverseCountsAt(): usize { return inverseCounts; }
export function stateAt(): usize { return V; }
export function proposedAt(): usize { return next; }
export function rowBytesNow(): usize { return rowBytes; }
export function halfBytesNow(): usize { return halfBytes; }

/**
 * Makes room for Euler–Maruyama on the path of `coarsest` steps halved `levels` times; false where there
 * is no memory. `general` keeps eight tokens from code of their own, for a test that compares the two.
 */
export function setUpEulerMaruyama(
  tokens: i32, maskKind: i32, coarsest: i32, levels: i32, general: boolean,
): boolean {
  return (
    setUpTile(tokens, maskKind) && setUpAttentionDrift() && setUpReluPull() && setUpNoise() &&
    setUpBrownianPath(coarsest, levels) && setUpEuler(general)
  );
}

/** Makes room for the Gram step. */
export function setUpGram(
  tokens: i32, maskKind: i32, heads: i32, attention: boolean, activation: i32, outputProjection: boolean,
): boolean {
  return (
    setUpTile(tokens, maskKind) && setUpReluPull() &&
    setUpGramStep(heads, attention, activation, outputProjection)
  );
}

/** Makes room for the exact chain. */
export function setUpChain(
  tokens: i32, maskKind: i32, heads: i32, attention: boolean, activation: i32, preNorm: boolean,
  postNorm: boolean, outputProjection: boolean, sliced: boolean,
): boolean {
  return (
    setUpTile(tokens, maskKind) &&
    setUpLayers(heads, attention, activation, preNorm, postNorm, outputProjection, sliced)
  );
}

function setUpTile(tokens: i32, maskKind: i32): boolean {
  releaseAll();
  setTokens(tokens);
  return setUpState() && setUpMask(maskKind);
}

/** Sets the four paths of the tile, as low and high words. */
export function setTile(l0: i32, l1: i32, l2: i32, l3: i32, h0: i32, h1: i32, h2: i32, h3: i32): void {
  let low = i32x4.splat(l0);
  low = i32x4.replace_lane(low, 1, l1);
  low = i32x4.replace_lane(low, 2, l2);
  low = i32x4.replace_lane(low, 3, l3);
  let high = i32x4.splat(h0);
  high = i32x4.replace_lane(high, 1, h1);
  high = i32x4.replace_lane(high, 2, h2);
  high = i32x4.replace_lane(high, 3, h3);
  setPaths(low, high);
}

/** Prepares the first step of Euler–Maruyama from the state. */
export function beginEuler(): void {
  factorState();
}

/**
 * Steps `from` + 1 … `to` (steps count from 1). Returns `to` when done, or when no path goes on;
 * or −s − 1 when some paths left the cone in step s and must be projected: see `leftCone`.
 */
export function runEuler(from: i32, to: i32): i32 {
  for (let step = from + 1; step <= to; step++) {
    if (!anyAlive()) return to;
    drawStep(step - 1);
    proposeEuler();
    stopOverflowed(step);
    leftCone = factorProposed();
    if (leftCone != 0) return -step - 1;
    accept(step);
  }
  return to;
}

/** Ends a step of which some proposed V were projected by the host. */
export function resumeEuler(step: i32): void {
  measure(0);
  measure(1);
  factorProposed();
  accept(step);
}

let leftCone: i32 = 0;
export function leftConeNow(): i32 { return leftCone; }

/** Steps of the Gram step from `from` + 1 to `to`, each of about `words` words. */
export function runGram(from: i32, to: i32, words: u32): void {
  for (let step = from + 1; step <= to; step++) {
    if (!anyAlive()) return;
    openStreams(step - 1, words);
    proposeGramStep();
    finishStep(step);
  }
}

/** Layers of the chain from `from` + 1 to `to`, each of about `words` words. */
export function runChain(from: i32, to: i32, words: u32): void {
  for (let step = from + 1; step <= to; step++) {
    if (!anyAlive()) return;
    openStreams(step - 1, words);
    proposeLayer();
    finishStep(step);
  }
}

function finishStep(step: i32): void {
  measure(0);
  measure(1);
  stopOverflowed(step);
  accept(step);
}

/** Address of the heads' slices, each as large as the state. */
export function slicesAt(): usize { return slices; }
