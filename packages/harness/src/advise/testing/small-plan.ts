import { parseConfig } from '../../config/index.js';
import { advisePlan, type AdvisePlan } from '../advise-plan.js';

/** Sections of a configuration that differ from the small plan's. */
export interface PlanChanges {
  model?: object;
  advise?: object;
  seed?: number;
}

/** A plan whose search takes about a second: few tokens and layers, a lenient level. */
export function smallPlan({ model, advise, seed = 5 }: PlanChanges = {}): AdvisePlan {
  const raw = {
    seed,
    workers: 0,
    model: { tokens: 3, width: 32, depth: 24, ...model },
    advise: { level: 0.1, paths: 96, ...advise },
  };
  return advisePlan(parseConfig(raw, 'small plan', 'advise'));
}
