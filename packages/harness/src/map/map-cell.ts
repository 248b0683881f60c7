import { median, normalQuantile } from '@shaped/sde';
import { binomialShare } from '../advise/binomial-share.js';
import { COLLAPSED } from '../advise/goal.js';
import type { CellFates } from './simulate-cell.js';

/** What a cell of a phase diagram is: what most of its paths do. */
export const CELL_CLASSES = ['healthy', 'collapse', 'blowUp'] as const;
export type CellClass = (typeof CELL_CLASSES)[number];

/** Confidence, two-sided, at which a cell's class must hold for it to count as decided. */
export const CLASS_CONFIDENCE = 0.95;

/** Two-sided normal quantile of that confidence, 1.96. */
const Z = normalQuantile((1 + CLASS_CONFIDENCE) / 2);

/**
 * The probabilities of one cell. Every path does one of three things: it blows up (leaves |V| ≤ r
 * before T), or it collapses (mean ρ_ab > 0.99 at T), or it is healthy. Standard errors are those of a
 * share, √(p (1 − p)/paths).
 */
export interface CellStatistics {
  collapse: number;
  collapseError: number;
  blowUp: number;
  blowUpError: number;
  healthy: number;
  healthyError: number;
  /** Median over the paths that reached T of their mean ρ_ab; null where none did. */
  rhoMedian: number | null;
  /** Median over the paths that blew up of the layer at which they did; null where none did. */
  stopLayerMedian: number | null;
  /** Share of the paths that reached T of which a solver step left the cone of covariances. */
  projected: number;
  class: CellClass;
  /** False where the standard errors leave another class possible. */
  decided: boolean;
}

/** One cell of a phase diagram, a line of `map/cells.jsonl`. */
export interface MapCell extends CellStatistics {
  /** From 0, at the smallest x. */
  column: number;
  /** From 0, at the smallest y. */
  row: number;
  x: number;
  y: number;
}

/** The statistics of a cell's paths; `mostFailing` is the share that a healthy cell may lose. */
export function cellStatistics(
  { rho, stoppedAt, projected }: CellFates,
  mostFailing: number,
): CellStatistics {
  const paths = rho.length;
  const reached = Array.from(rho.keys()).filter((p) => stoppedAt[p] === Infinity);
  const blownUp = paths - reached.length;
  const collapsed = reached.filter((p) => rho[p] > COLLAPSED).length;
  const share = (count: number) => count / paths;
  const error = (count: number) => Math.sqrt((share(count) * (1 - share(count))) / paths);
  const healthy = paths - blownUp - collapsed;
  return {
    collapse: share(collapsed),
    collapseError: error(collapsed),
    blowUp: share(blownUp),
    blowUpError: error(blownUp),
    healthy: share(healthy),
    healthyError: error(healthy),
    rhoMedian: reached.length === 0 ? null : median(reached.map((p) => rho[p])),
    stopLayerMedian: blownUp === 0 ? null : median(stoppedAt.filter(Number.isFinite)),
    projected:
      reached.length === 0 ? 0 : reached.filter((p) => projected[p] === 1).length / reached.length,
    ...classify({ collapsed, blownUp, paths }, mostFailing),
  };
}

/**
 * The class of a cell: healthy where at most `mostFailing` of its paths fail, else whichever failure
 * is more frequent; and whether that is decided. The share of failing paths is decided when its exact
 * 95 % interval (Clopper and Pearson) leaves out `mostFailing`; which failure, when the difference of
 * the two shares is beyond 1.96 of its standard errors.
 */
export function classify(
  { collapsed, blownUp, paths }: { collapsed: number; blownUp: number; paths: number },
  mostFailing: number,
): { class: CellClass; decided: boolean } {
  const failing = binomialShare(collapsed + blownUp, paths, (1 + CLASS_CONFIDENCE) / 2);
  if (failing.probability <= mostFailing) {
    return { class: 'healthy', decided: failing.upper <= mostFailing };
  }
  const difference = (collapsed - blownUp) / paths;
  const error = Math.sqrt((failing.probability - difference ** 2) / paths);
  return {
    class: collapsed > blownUp ? 'collapse' : 'blowUp',
    decided: failing.lower > mostFailing && Math.abs(difference) > Z * error,
  };
}
