import type { AdvisePlan } from './advise-plan.js';
import { fateSummary, joinFates } from './fate-summary.js';
import { judge } from './judge.js';
import { shapedBlock, type Shaping } from './shaping.js';
import { simulateFates, type FateOptions } from './simulate-fates.js';
import type { Trial } from './trial.js';

/** Networks after which a block that is clearly unhealthy is not simulated further. */
const PILOT = 64;
/** Confidence of that: a look before the end, so stricter than the goal's. */
const PILOT_CONFIDENCE = 0.999;

/** Tries shapings on the exact chain, all at the same random numbers, none twice. */
export interface Bench {
  tryAll: (shapings: readonly Shaping[]) => Promise<Trial[]>;
  /** Every trial so far, in order. */
  trials: readonly Trial[];
}

/** A bench for the architecture and goal of a plan; progress counts networks. */
export function bench(plan: AdvisePlan, { signal, progress }: FateOptions = {}): Bench {
  const known = new Map<string, Trial>();
  const trials: Trial[] = [];
  const keyOf = ({ gamma, tau0, cMinus }: Shaping) => [gamma, tau0, cMinus].join();
  const run = (shapings: readonly Shaping[], firstPath: number, paths: number) =>
    simulateFates(
      plan,
      shapings.map((shaping) => ({
        ...{ theory: 'chain', purpose: ['search'], firstPath, paths },
        arch: shapedBlock(plan.simulated, shaping),
      })),
      { signal, progress },
    );

  const simulate = async (shapings: readonly Shaping[]) => {
    const { goal, paths } = plan;
    const first = Math.min(PILOT, paths);
    const pilots = await run(shapings, 0, first);
    const hopeless = pilots.map((fates) => {
      const strict = { ...goal, confidence: Math.max(goal.confidence, PILOT_CONFIDENCE) };
      return judge(fateSummary(fates, strict), strict) === 'unhealthy';
    });
    const rest = shapings.filter((_, i) => !hopeless[i]);
    const more = paths > first && rest.length > 0 ? await run(rest, first, paths - first) : [];
    let next = 0;
    shapings.forEach((shaping, i) => {
      const fates =
        hopeless[i] || more.length === 0 ? pilots[i] : joinFates([pilots[i], more[next++]]);
      const summary = fateSummary(fates, goal);
      const trial = { shaping, summary, judgement: judge(summary, goal) };
      known.set(keyOf(shaping), trial);
      trials.push(trial);
      if (hopeless[i]) progress?.advance(paths - first);
    });
  };
  return {
    trials,
    async tryAll(shapings) {
      const fresh = new Map(shapings.map((shaping) => [keyOf(shaping), shaping]));
      for (const key of known.keys()) fresh.delete(key);
      if (fresh.size > 0) await simulate([...fresh.values()]);
      return shapings.map((shaping) => known.get(keyOf(shaping)) as Trial);
    },
  };
}
