import type { Architecture } from '@shaped/sde';
import type { FateSummary } from './fate-summary.js';
import type { Searched } from './find-shaping.js';
import type { Goal } from './goal.js';
import type { Judgement, Verdict } from './judge.js';
import type { Shaping } from './shaping.js';
import type { TokenEffect } from './token-effect.js';
import type { Trial } from './trial.js';

/** What theory says of one architecture. */
export interface Examination {
  /** The exact finite-width chain, of RMS norm where the network has LayerNorm. */
  chain: FateSummary;
  /** What simulating fewer tokens changes; null where none were left out. */
  tokens: TokenEffect | null;
  /** The covariance SDE; null where it was not asked for or does not exist. */
  sde: FateSummary | null;
  /** Why there is no SDE, where it was asked for. */
  noSde?: string;
  /** By the chain, with the bounds of all tokens where some were left out. */
  judgement: Judgement;
  verdict: Verdict;
}

/** The shaping that was found, and what its check says. */
export interface Advice {
  shaping: Shaping;
  /** √(1 − γ²), the weight of the skip. */
  lambda: number;
  /** Whether the check, at random numbers of its own, shows it healthy. */
  confirmed: boolean;
  check: Examination;
  /** The block whose γ, 1/τ0 and c₊ − c₋ are a quarter larger. */
  beyond: Examination & { shaping: Shaping };
  search: {
    /** What the search found, before it was verified. */
    shaping: Shaping;
    steps: Searched[];
    /** Verifications, each but the last followed by a retreat to more shaping. */
    verifications: number;
    trials: Trial[];
  };
}

/** How advice ended. */
export type Outcome = 'healthy' | 'advised' | 'not confirmed' | 'none found';

/** Everything that `shaped advise` says: the content of `advice.json`. */
export interface AdviceRecord {
  outcome: Outcome;
  asked: Architecture;
  simulated: Architecture;
  layerNormApproximated: boolean;
  goal: Goal;
  startRho: number;
  stopAt: number;
  /** Networks of each trial; the check has four times as many. */
  paths: number;
  seed: number;
  /** The network as it is. */
  asIs: Examination;
  /** Null where none was asked for or none found. */
  advice: Advice | null;
}
