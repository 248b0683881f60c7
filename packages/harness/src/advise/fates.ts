import { simulate, simulateChain, transformerSde, type Architecture } from '@shaped/sde';
import type { Theory } from '../predict/predict-plan.js';
import { COLLAPSED } from './goal.js';

/** A range of paths whose fate is asked for: plain data, the same in every worker. */
export interface FateJob {
  theory: Theory;
  arch: Architecture;
  /** ρ between any two tokens of the input, whose variances are 1. */
  startRho: number;
  /** r: |V| > r is a blow-up. */
  radius: number;
  /** A variance below this has vanished. */
  floor: number;
  /** Solver steps a layer of the SDE. */
  stepsPerLayer: number;
  /** Layers looked at, ascending, from 0 to the depth. */
  layers: readonly number[];
  seed: number;
  firstPath: number;
  paths: number;
}

/** What became of each path: `[paths]` each. */
export interface Fates {
  /** First layer looked at where the mean off-diagonal ρ is above 0.99; +Infinity where none is. */
  collapsedAt: Float64Array;
  /** Layer where an entry of |V| left r, or overflowed; +Infinity where none did. */
  blewUpAt: Float64Array;
  /** First layer looked at where a variance is below the floor; +Infinity where none is. */
  vanishedAt: Float64Array;
  /** Mean off-diagonal ρ at the last layer; of a path that blew up, at its last V inside r. */
  rho: Float64Array;
  /** Mean of log V_aa over the tokens at the last layer, as above. */
  logNorm: Float64Array;
}

/** V0 with variances 1 and ρ between any two tokens, `[m, m]`. */
export function equicorrelated(m: number, rho: number): Float64Array {
  return Float64Array.from({ length: m * m }, (_, i) => (i % (m + 1) === 0 ? 1 : rho));
}

function ensemble(job: FateJob) {
  const { theory, arch, startRho, radius, layers, stepsPerLayer, seed, firstPath, paths } = job;
  const V0 = equicorrelated(arch.tokens, startRho);
  const common = { V0, seed, firstPath, paths, stopAt: radius };
  if (theory === 'chain') return simulateChain({ ...common, arch, recordAt: layers });
  return simulate({
    ...common,
    model: transformerSde(arch),
    solver: 'eulerMaruyama',
    time: arch.depth / arch.width,
    steps: arch.depth * stepsPerLayer,
    recordAt: layers.map((layer) => layer * stepsPerLayer),
  });
}

/**
 * Simulates a range of paths and says what became of each. Path p depends on the seed, p and the
 * architecture alone, and the draws behind it on no parameter of the block: two blocks at one seed
 * share their random numbers.
 */
export async function fatesOf(job: FateJob): Promise<Fates> {
  const { arch, layers, paths, floor } = job;
  const { tokens: m, width } = arch;
  const { V, stoppedAt } = await ensemble(job);
  const fates: Fates = {
    collapsedAt: new Float64Array(paths).fill(Infinity),
    blewUpAt: Float64Array.from(stoppedAt, (time) => Math.round(time * width)),
    vanishedAt: new Float64Array(paths).fill(Infinity),
    rho: new Float64Array(paths),
    logNorm: new Float64Array(paths),
  };
  for (let p = 0; p < paths; p++) {
    for (const [record, layer] of layers.entries()) {
      if (layer > fates.blewUpAt[p]) break;
      const from = (p * layers.length + record) * m * m;
      const { rho, least, logNorm } = shapeOf(V.subarray(from, from + m * m), m);
      if (least < floor) fates.vanishedAt[p] = Math.min(fates.vanishedAt[p], layer);
      if (rho > COLLAPSED) fates.collapsedAt[p] = Math.min(fates.collapsedAt[p], layer);
      fates.rho[p] = rho;
      fates.logNorm[p] = logNorm;
    }
  }
  return fates;
}

/**
 * Mean off-diagonal ρ, least variance and mean log variance of one V, `[m, m]`. A variance that is
 * exactly 0 has no correlation: it counts as ρ = 0 and as the least positive number in the logarithm.
 */
function shapeOf(V: Float64Array, m: number): { rho: number; least: number; logNorm: number } {
  const scale = new Float64Array(m);
  let [least, logNorm, rho] = [Infinity, 0, 0];
  for (let a = 0; a < m; a++) {
    const variance = V[a * m + a];
    least = Math.min(least, variance);
    logNorm += Math.log(Math.max(variance, Number.MIN_VALUE)) / m;
    scale[a] = variance > 0 ? 1 / Math.sqrt(variance) : 0;
  }
  for (let a = 1; a < m; a++) {
    for (let b = 0; b < a; b++) rho += V[a * m + b] * scale[a] * scale[b];
  }
  return { rho: (2 * rho) / (m * (m - 1)), least, logNorm };
}
