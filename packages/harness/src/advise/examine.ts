import { normalQuantile, type Architecture } from '@shaped/sde';
import type { Theory } from '../predict/predict-plan.js';
import { theoryRefusal } from '../predict/theory-refusal.js';
import type { Reporter } from '../progress/index.js';
import type { Examination } from './advice-record.js';
import { withTokens, type AdvisePlan } from './advise-plan.js';
import { fateSummary, type FateSummary } from './fate-summary.js';
import type { Goal } from './goal.js';
import { judge, verdictOf } from './judge.js';
import { simulateFates, type FateRequest } from './simulate-fates.js';
import { tokenEffect, withAllTokens } from './token-effect.js';

/** What is looked at, and how. */
export interface ExaminationRequest {
  /** Names the work in the progress. */
  label: string;
  arch: Architecture;
  /** Networks of the exact chain. */
  paths: number;
  /** Names the random numbers: two purposes are independent. */
  purpose: FateRequest['purpose'];
  /** Defaults to that of the plan. */
  goal?: Goal;
  /** Whether the SDE is simulated too, with the paths of a trial. Defaults to true. */
  sde?: boolean;
  /** Whether half the tokens are simulated too where some were left out. Defaults to true. */
  halved?: boolean;
}

/** Fewer tokens have no correlation to speak of. */
const LEAST_TOKENS = 2;

/** What theory says of an architecture: an ensemble of the chain, judged, and beside it the SDE. */
export async function examine(
  plan: AdvisePlan,
  request: ExaminationRequest,
  { reporter, signal }: { reporter: Reporter; signal?: AbortSignal },
): Promise<Examination> {
  const { arch, paths, purpose, goal = plan.goal } = request;
  const { tokens: m } = arch;
  const ensemble = async (
    label: string,
    theory: Theory,
    own: Architecture,
    count: number,
  ): Promise<FateSummary> => {
    const progress = reporter.task(label, count);
    const [fates] = await simulateFates(
      plan,
      [{ theory, arch: own, paths: count, purpose: [...purpose, theory, own.tokens] }],
      { signal, progress },
    );
    progress.done();
    return fateSummary(fates, goal);
  };

  const chain = await ensemble(request.label, 'chain', arch, paths);
  const half = Math.floor(m / 2);
  const compares = (request.halved ?? true) && m < plan.asked.tokens && half >= LEAST_TOKENS;
  const few = compares
    ? await ensemble(`${request.label}, ${half} tokens`, 'chain', withTokens(arch, half), paths)
    : null;
  const z = normalQuantile(goal.confidence);
  const tokens = few === null ? null : tokenEffect(plan.asked.tokens, [m, chain], [half, few], z);

  const wantsSde = request.sde ?? true;
  const refusal = wantsSde ? theoryRefusal(arch, 'sde') : undefined;
  const sde =
    wantsSde && refusal === undefined
      ? await ensemble(`${request.label}, SDE`, 'sde', arch, plan.paths)
      : null;

  const bounded = withAllTokens(chain, tokens, z);
  return {
    ...{ chain, tokens, sde, ...(refusal === undefined ? {} : { noSde: refusal }) },
    judgement: judge(bounded, goal),
    verdict: verdictOf(bounded, goal),
  };
}
