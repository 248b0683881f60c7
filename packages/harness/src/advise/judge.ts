import type { FateSummary } from './fate-summary.js';
import type { Goal } from './goal.js';

/**
 * What an ensemble shows of a block. `healthy` and `unhealthy` are each shown at the confidence of
 * the goal; `undecided` is between: more networks would tell.
 */
export type Judgement = 'healthy' | 'unhealthy' | 'undecided';

/**
 * Judges an ensemble against a goal by confidence bounds: healthy when the upper bounds of the risk
 * and of the median ρ are within the goal, unhealthy when a lower bound is beyond it.
 */
export function judge({ risk, rho }: Pick<FateSummary, 'risk' | 'rho'>, goal: Goal): Judgement {
  if (risk.upper <= goal.level && rho.upper <= goal.rho) return 'healthy';
  if (risk.lower > goal.level || rho.lower > goal.rho) return 'unhealthy';
  return 'undecided';
}

/**
 * What a network does, for people: the fate that most networks meet; else `aligns` where the median ρ
 * is beyond the goal, `at risk` where only the risk is.
 */
export type Verdict =
  'healthy' | 'collapses' | 'blows up' | 'vanishes' | 'aligns' | 'at risk' | 'undecided';

/** A fate of more networks than not is what the network does. */
const USUAL = 0.5;

/** The judgement of an ensemble in one word, with what speaks most for it. */
export function verdictOf(summary: FateSummary, goal: Goal): Verdict {
  const judgement = judge(summary, goal);
  if (judgement !== 'unhealthy') return judgement;
  const fates = [
    ['collapses', summary.collapse],
    ['blows up', summary.blowUp],
    ['vanishes', summary.vanish],
  ] as const;
  const [word, share] = fates.reduce((most, fate) =>
    fate[1].probability > most[1].probability ? fate : most,
  );
  if (share.probability > USUAL) return word;
  return summary.rho.lower > goal.rho ? 'aligns' : 'at risk';
}
