import { architecture, type Architecture } from '@shaped/sde';
import { usageFailure } from '../failure.js';
import { formatSeconds } from '../progress/index.js';
import { defaultWorkers } from '../workers/index.js';
import { CHECK_FACTOR, type AdvisePlan } from './advise-plan.js';
import { fatesOf } from './fates.js';
import { dial, shapedBlock } from './shaping.js';

/** Enough work to be measured, in milliseconds. */
const MEASURABLE_MS = 40;
/** Paths of one measurement: the engine works on several at once. */
const LANES = 8;
/** Measurements of one size, of which the least counts: what other programs take comes on top. */
const MEASUREMENTS = 3;

/** Ensembles of one trial's size that a search amounts to: most unhealthy blocks end early. */
const SEARCH = 30;

/** Sizes measured at most; of larger networks the time is worked out from one of this size. */
const MEASURED = { tokens: 32, width: 4096 };

/** Such ensembles in all: the network as it is, the search, two verifications and the check, the
 * last three with half the tokens beside them, the notch beyond, and the SDE. */
const ENSEMBLES = 2 + SEARCH + 3 * CHECK_FACTOR * 1.25 + 2;

/** Milliseconds that the exact chain takes for one path of an architecture in this thread. */
async function millisecondsPerPath(arch: Architecture): Promise<number> {
  for (let layers = Math.min(2, arch.depth); ; layers = Math.min(arch.depth, layers * 4)) {
    const job = {
      ...{ theory: 'chain' as const, arch: architecture({ ...arch, depth: layers }) },
      ...{ startRho: 0, radius: Infinity, floor: 0, stepsPerLayer: 1, layers: [0, layers] },
      ...{ seed: 0, firstPath: 0, paths: LANES },
    };
    await fatesOf(job); // the first call of an engine also compiles it
    let taken = Infinity;
    for (let i = 0; i < MEASUREMENTS; i++) {
      const start = performance.now();
      await fatesOf(job);
      taken = Math.min(taken, performance.now() - start);
    }
    if (taken >= MEASURABLE_MS || layers === arch.depth)
      return (taken / LANES) * (arch.depth / layers);
  }
}

/** What a layer of the exact chain costs, up to a factor (docs/theory.md, section 4). */
const layerCost = ({ tokens: m, width: n }: Pick<Architecture, 'tokens' | 'width'>) =>
  n * m * m + m ** 3;

/** A block of a size that is measured in no time, and how much more a layer of the given one costs. */
function measurable(arch: Architecture): { block: Architecture; factor: number } {
  const tokens = Math.min(arch.tokens, MEASURED.tokens);
  const width = Math.min(arch.width, MEASURED.width);
  if (tokens === arch.tokens && width === arch.width) return { block: arch, factor: 1 };
  // Heads change the cost little, and would have to divide the other width.
  const block = architecture({ ...arch, tokens, width, heads: 1, headWidth: tokens });
  return { block, factor: layerCost(arch) / layerCost(block) };
}

/** Seconds that advice takes on this machine, roughly, by a measurement of a few layers. */
export async function estimateSeconds(plan: AdvisePlan): Promise<number> {
  const { block, factor } = measurable(
    shapedBlock(plan.simulated, dial(0, plan.gamma, plan.simulated)),
  );
  const threads = Math.max(1, plan.workers ?? defaultWorkers());
  return (ENSEMBLES * plan.paths * factor * (await millisecondsPerPath(block))) / 1000 / threads;
}

/**
 * Refuses what would take longer than the plan allows.
 *
 * @throws Failure (exit code 2) that says how long and what would shorten it
 */
export function refuseTooLong(plan: AdvisePlan, seconds: number): void {
  if (seconds <= 60 * plan.minutes) return;
  const { tokens, width, depth } = plan.simulated;
  throw usageFailure(
    `expected work of at most advise.minutes (${plan.minutes}), got about ${formatSeconds(seconds)} on this machine: ` +
      `${tokens} tokens simulated, width ${width}, depth ${depth}, ${plan.paths} networks a block. ` +
      'Lower --simulate-tokens (it goes with its square) or, with a higher --level, --paths; or allow it with --minutes.',
  );
}
