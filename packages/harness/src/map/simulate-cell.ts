import {
  simulate,
  simulateChain,
  type Architecture,
  type Ensemble,
  type Refinement,
} from '@shaped/sde';
import { throwIfInterrupted } from '../failure.js';
import { correlationOfPair } from '../metrics/token-correlation.js';
import type { Theory } from '../predict/index.js';

/** One cell of a phase diagram: plain data, the same in every worker. The steps are those of the SDE. */
export interface CellJob extends Refinement {
  theory: Theory;
  arch: Architecture;
  /** Final time T of the SDE. */
  time: number;
  /** V0, [m, m] each, or [H, m, m] where the chain follows head slices; path p takes p mod starts. */
  starts: Float64Array[];
  /** The same in every cell, so that path p meets the same noise everywhere. */
  seed: number;
  paths: number;
  /** r of the stopped process. */
  stopAt: number;
}

/** What became of each path of a cell: `[paths]` each. */
export interface CellFates {
  /** Mean ρ_ab over a < b at T, or where the path stopped. */
  rho: Float64Array;
  /** Layer, in units of 1/n, at which the path left |V| ≤ r; +Infinity where it never did. */
  stoppedAt: Float64Array;
  /** 1 where a solver step left the cone of covariances and was projected back onto it. */
  projected: Uint8Array;
}

/**
 * Paths simulated together: enough for the engine's lanes, few enough for an interruption between
 * two batches to come soon, and matrices of 16 MB in all.
 */
const MOST_PATHS = 256;
const MOST_ENTRIES = 2 ** 21;

/** Paths of one batch at m tokens. */
export function pathsABatch(m: number): number {
  return Math.max(1, Math.min(MOST_PATHS, Math.floor(MOST_ENTRIES / (m * m))));
}

/**
 * What becomes of every path of a cell, whatever the batches.
 *
 * @throws the interruption when `signal` is aborted
 */
export async function simulateCell(job: CellJob, signal?: AbortSignal): Promise<CellFates> {
  const { arch, paths } = job;
  const m = arch.tokens;
  const fates: CellFates = {
    rho: new Float64Array(paths),
    stoppedAt: new Float64Array(paths),
    projected: new Uint8Array(paths),
  };
  const batch = pathsABatch(m);
  for (let first = 0; first < paths; first += batch) {
    throwIfInterrupted(signal);
    const part = await simulated(job, first, Math.min(batch, paths - first), signal);
    const records = part.times.length;
    for (let p = 0; p < part.paths; p++) {
      const last = (p * records + records - 1) * m * m;
      fates.rho[first + p] = meanCorrelation(part.V.subarray(last, last + m * m), m);
      const layer = part.stoppedAt[p] * arch.width;
      fates.stoppedAt[first + p] = job.theory === 'chain' ? Math.round(layer) : layer;
    }
    for (const { kind, path } of part.events) if (kind === 'leftCone') fates.projected[path] = 1;
    await new Promise((resolve) => setImmediate(resolve)); // lets a signal through
  }
  return fates;
}

async function simulated(
  { theory, arch, time, steps, refines, starts, seed, stopAt }: CellJob,
  firstPath: number,
  paths: number,
  signal: AbortSignal | undefined,
): Promise<Ensemble> {
  const V0 = (path: number) => starts[path % starts.length];
  const common = { arch, V0, firstPath, paths, seed, stopAt, signal };
  try {
    if (theory === 'chain') return await simulateChain({ ...common, recordAt: [arch.depth] });
    return await simulate({ ...common, time, steps, refines, recordAt: [steps] });
  } catch (error) {
    throwIfInterrupted(signal);
    throw error;
  }
}

/**
 * The mean of ρ_ab over the pairs of tokens that are not zero; 1 where no pair is left, as nothing
 * then tells the tokens apart.
 */
function meanCorrelation(V: Float64Array, m: number): number {
  let [sum, pairs] = [0, 0];
  for (let a = 1; a < m; a++) {
    for (let b = 0; b < a; b++) {
      const rho = correlationOfPair(V[a * m + b], V[a * m + a], V[b * m + b]);
      if (rho === null) continue;
      sum += rho;
      pairs++;
    }
  }
  return pairs === 0 ? 1 : sum / pairs;
}
