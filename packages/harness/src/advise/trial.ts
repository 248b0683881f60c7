import type { FateSummary } from './fate-summary.js';
import type { Judgement } from './judge.js';
import type { Shaping } from './shaping.js';

/** One shaping that was tried. */
export interface Trial {
  shaping: Shaping;
  summary: FateSummary;
  judgement: Judgement;
}
