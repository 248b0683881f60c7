import { median, quantileInterval, quantiles } from '@shaped/sde';
import { binomialShare, type Share } from './binomial-share.js';
import type { Fates } from './fates.js';
import type { Goal } from './goal.js';

/** Layers at which the paths that met a fate first met it. */
export interface CrossingLayers {
  median: number;
  q05: number;
  q95: number;
}

/** How often a fate befell the networks, and where. */
export interface FateShare extends Share {
  /** Null where no network met it. */
  layers: CrossingLayers | null;
}

/** An ensemble in numbers. */
export interface FateSummary {
  paths: number;
  /** Mean off-diagonal ρ above 0.99 at some layer. */
  collapse: FateShare;
  /** |V| > r at some layer. */
  blowUp: FateShare;
  /** A variance below 1/r at some layer. */
  vanish: FateShare;
  /** Any of the three. */
  risk: FateShare;
  /** Mean off-diagonal ρ at the last layer. */
  rho: {
    median: number;
    /** Distribution-free bounds of the median, each one-sided at the confidence asked for. */
    lower: number;
    upper: number;
    q05: number;
    q95: number;
  };
  /** Median over networks of the mean log V_aa at the last layer. */
  logNorm: number;
}

const CROSSING_LEVELS = [0.5, 0.05, 0.95];

function shareOf(at: Float64Array, confidence: number): FateShare {
  const crossed = at.filter(Number.isFinite);
  const share = binomialShare(crossed.length, at.length, confidence);
  if (crossed.length === 0) return { ...share, layers: null };
  const [mid, q05, q95] = quantiles(crossed, CROSSING_LEVELS);
  return { ...share, layers: { median: mid, q05, q95 } };
}

/** The shares, crossing layers and last-layer correlations of an ensemble, with their errors. */
export function fateSummary(fates: Fates, { confidence }: Pick<Goal, 'confidence'>): FateSummary {
  const { collapsedAt, blewUpAt, vanishedAt, rho, logNorm } = fates;
  const first = collapsedAt.map((layer, p) => Math.min(layer, blewUpAt[p], vanishedAt[p]));
  // Two-sided at 2 · confidence − 1: each side alone then holds at the confidence.
  const { lower, upper } = quantileInterval(rho, 0.5, 2 * confidence - 1);
  const [q05, q95] = quantiles(rho, [0.05, 0.95]);
  return {
    paths: rho.length,
    collapse: shareOf(collapsedAt, confidence),
    blowUp: shareOf(blewUpAt, confidence),
    vanish: shareOf(vanishedAt, confidence),
    risk: shareOf(first, confidence),
    rho: { median: median(rho), lower, upper, q05, q95 },
    logNorm: median(logNorm),
  };
}

/** One ensemble after the other, as one. */
export function joinFates(parts: readonly Fates[]): Fates {
  const join = (key: keyof Fates) => {
    const all = new Float64Array(parts.reduce((sum, part) => sum + part[key].length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part[key], at);
      at += part[key].length;
    }
    return all;
  };
  return {
    collapsedAt: join('collapsedAt'),
    blewUpAt: join('blewUpAt'),
    vanishedAt: join('vanishedAt'),
    rho: join('rho'),
    logNorm: join('logNorm'),
  };
}
