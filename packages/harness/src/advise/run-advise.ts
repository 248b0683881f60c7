import { formatSeconds, type Reporter } from '../progress/index.js';
import { bytesOfPath, defaultWorkers, refuseBeyondMemory } from '../workers/index.js';
import type { Advice, AdviceRecord } from './advice-record.js';
import { CHECK_FACTOR, type AdvisePlan } from './advise-plan.js';
import { bench } from './bench.js';
import { estimateSeconds, refuseTooLong } from './estimate-time.js';
import { examine } from './examine.js';
import { findShaping } from './find-shaping.js';
import { lessShaped, roundedShaping, shapedBlock, type Shaping } from './shaping.js';

export interface AdviseOptions {
  /** Whether the least shaping is looked for also where the network is healthy as it is. */
  least: boolean;
  reporter: Reporter;
  signal?: AbortSignal;
}

/** By so much γ and |c₋| grow and τ0 falls in the block one notch less shaped than the advice. */
export const NOTCH = 1.25;
/** A candidate that fails verification is shaped more by this factor, and verified anew. */
const RETREAT = 1.1;
/** Verifications before the last candidate is checked as it is. */
const VERIFICATIONS = 8;
/**
 * Confidence of a verification. At the goal's own, half of what barely passes would not pass the
 * check, which has as many networks; at this one, one in twenty-five.
 */
const VERIFICATION_CONFIDENCE = 0.999;
/** The trials of a search: a direction takes eleven, more only where it is not monotone. */
const MOST_TRIALS = 44;

/** Shapes a candidate more until an ensemble of its own shows it healthy, beyond the goal's doubt. */
async function verified(
  plan: AdvisePlan,
  found: Shaping,
  options: AdviseOptions,
): Promise<{ shaping: Shaping; verifications: number }> {
  const { simulated, paths } = plan;
  const confidence = Math.max(plan.goal.confidence, VERIFICATION_CONFIDENCE);
  let shaping = found;
  for (let attempt = 1; ; attempt++) {
    const request = {
      ...{ label: `Verification ${attempt}`, arch: shapedBlock(simulated, shaping) },
      ...{ paths: CHECK_FACTOR * paths, purpose: ['verification', attempt], sde: false },
      goal: { ...plan.goal, confidence },
    };
    const { judgement } = await examine(plan, request, options);
    if (judgement === 'healthy' || attempt === VERIFICATIONS) {
      return { shaping, verifications: attempt };
    }
    shaping = roundedShaping(lessShaped(shaping, 1 / RETREAT, simulated));
  }
}

/** Refuses what does not fit into memory. @throws Failure (exit code 2) */
function checkMemory({ simulated, workers }: AdvisePlan): void {
  const { tokens, width } = simulated;
  const threads = Math.max(1, workers ?? defaultWorkers());
  refuseBeyondMemory({
    bytes: threads * bytesOfPath(simulated, 'chain'),
    what: `${tokens} tokens simulated and width ${width} on ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    fix: 'Lower --simulate-tokens, --width or --workers.',
  });
}

async function adviceFor(plan: AdvisePlan, options: AdviseOptions): Promise<Advice | null> {
  const { simulated, paths } = plan;
  const label = 'Looking for the least shaping, networks at most';
  const progress = options.reporter.task(label, MOST_TRIALS * paths);
  const trying = bench(plan, { signal: options.signal, progress });
  const found = await findShaping(plan, trying);
  progress.done();
  if (found === undefined) return null;
  const { shaping, verifications } = await verified(plan, found.shaping, options);
  const arch = shapedBlock(simulated, shaping);
  const check = await examine(
    plan,
    { label: 'Checking the advice', arch, paths: CHECK_FACTOR * paths, purpose: ['check'] },
    options,
  );
  const beyond = roundedShaping(lessShaped(shaping, NOTCH, simulated));
  const notch = await examine(
    plan,
    {
      ...{ label: 'One notch less shaped', arch: shapedBlock(simulated, beyond), paths },
      ...{ purpose: ['beyond'], sde: false, halved: false },
    },
    options,
  );
  return {
    ...{ shaping, lambda: arch.lambda, confirmed: check.judgement === 'healthy', check },
    beyond: { shaping: beyond, ...notch },
    search: { ...found, verifications, trials: [...trying.trials] },
  };
}

/**
 * Says what becomes of the networks of a plan, and which shaping keeps them healthy with the least
 * shaping; checks that advice on the exact chain with a seed of its own.
 *
 * @throws Failure (exit code 2) for what would take too long or too much memory on this machine
 */
export async function runAdvise(plan: AdvisePlan, options: AdviseOptions): Promise<AdviceRecord> {
  const { reporter, least } = options;
  checkMemory(plan);
  const seconds = await estimateSeconds(plan);
  refuseTooLong(plan, seconds);
  reporter.line(`This takes about ${formatSeconds(seconds)} where advice is needed, else seconds.`);
  const asIs = await examine(
    plan,
    {
      ...{ label: 'The network as it is', arch: plan.simulated },
      ...{ paths: plan.paths, purpose: ['as it is'] },
    },
    options,
  );
  const wanted = least || asIs.judgement !== 'healthy';
  const advice = wanted ? await adviceFor(plan, options) : null;
  const outcome = !wanted
    ? 'healthy'
    : advice === null
      ? 'none found'
      : advice.confirmed
        ? 'advised'
        : 'not confirmed';
  const { asked, simulated, goal, startRho, stopAt, paths, seed } = plan;
  return {
    ...{ outcome, asked, simulated, goal, startRho, stopAt, paths, seed, asIs, advice },
    layerNormApproximated: asked.norm !== simulated.norm,
  };
}
