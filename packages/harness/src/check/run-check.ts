import { deriveSeed } from '@shaped/random';
import { architectureOf } from '../config/index.js';
import type { CommandContext } from '../context.js';
import {
  hasProbe,
  readProbe,
  readProbeEnsemble,
  readProbeMatrix,
  runProbe,
} from '../probe/index.js';
import {
  hasPrediction,
  predictEnsemble,
  predictPlan,
  readPrediction,
  readPredictionArray,
  runPredict,
  theoryRefusal,
  type EnsembleOptions,
  type MetricEnsemble,
  type PredictPlan,
} from '../predict/index.js';
import { runJobs } from '../workers/index.js';
import { hasCheck, readCheck, writeCheck } from './check-files.js';
import { combine, judge, type Comparison, type Measurement, type Verdict } from './finding.js';
import { LAST_LAYER_TESTS, lastLayerTests } from './last-layer-tests.js';
import { oneStepResiduals, type OneStepJob, type OneStepResult } from './one-step.js';
import { renderCheck } from './render-check.js';
import {
  RESIDUAL_TESTS,
  residualProfiles,
  residualTests,
  type ResidualProfile,
} from './residual-tests.js';
import { trendWidths } from './trend-widths.js';
import {
  TREND_TESTS,
  widthTrend,
  type TrendMember,
  type WidthGap,
  type WidthTrend,
} from './width-trend.js';

/** One-step residuals of every measured network. */
async function measureResiduals(context: CommandContext): Promise<OneStepResult[]> {
  const { config, run, reporter, signal } = context;
  const block = config.model.block;
  const { networks, matrices } = readProbe(run, block);
  // The theory follows the configuration, whatever was done to the network.
  const arch = architectureOf(config.model);
  const arrays = matrices.map((name) => [name, readProbeMatrix(run, block, name)] as const);
  const jobs = Array.from({ length: networks }, (_, network) => {
    const own = arrays.map(([name, all]) => {
      const size = all.length / networks;
      return [name, all.slice(network * size, (network + 1) * size)] as const;
    });
    return {
      arch,
      seed: deriveSeed(config.seed, 'check'),
      network,
      draws: config.check.draws,
      sde: theoryRefusal(arch, 'sde') === undefined,
      ...Object.fromEntries(own),
    } as OneStepJob;
  });
  const progress = reporter.task('one-step residuals', networks);
  const results = await runJobs({
    jobs,
    inline: oneStepResiduals,
    worker: new URL('./one-step-worker.js', import.meta.url),
    workers: config.workers,
    signal,
    onResult: () => progress.advance(),
  });
  progress.done();
  return results;
}

/** The metrics of a predicted ensemble in the run directory. */
function predicted(context: CommandContext, theory: 'sde' | 'chain'): MetricEnsemble {
  const { record } = readPrediction(context.run, theory);
  return {
    metrics: readPredictionArray(context.run, theory, 'metrics'),
    records: record.layers.length,
  };
}

/** The stopped chain at every width of the trend, and the stopped SDE with its step and with half of it. */
async function measureTrend(context: CommandContext, level: number): Promise<WidthTrend> {
  const { config, reporter, signal } = context;
  const { trendPaths, stopAt } = config.check;
  const { sdePaths } = config.predict;
  const { depth, width: ownWidth } = config.model;
  const widths = trendWidths(config);
  const chain = { ...(await predictPlan(context, 'chain')), stopAt };
  const sde = { ...(await predictPlan(context, 'sde')), stopAt };
  const progress = reporter.task('chain against SDE', widths.length * trendPaths + 2 * sdePaths);
  const options: EnsembleOptions = { workers: config.workers, signal, progress };
  const simulate = async (plan: PredictPlan, purpose: string, paths: number) => {
    const seed = deriveSeed(config.seed, 'trend', purpose);
    const { metrics } = await predictEnsemble({ ...plan, seed }, paths, options);
    return { metrics, records: plan.layers.length };
  };
  const coarse = await simulate({ ...sde, layers: [0, depth] }, 'sde', sdePaths);
  const stepsPerLayer = 2 * sde.stepsPerLayer;
  const fine = await simulate({ ...sde, stepsPerLayer }, 'half step', sdePaths);
  const members: TrendMember[] = [];
  for (const width of widths) {
    const layers = Math.max(1, Math.floor((depth * width) / ownWidth));
    const arch = architectureOf(config.model, { width, depth: layers });
    const sdeRecord = nearestIndex(sde.layers, (layers * ownWidth) / width);
    // V0 is the same at every width; head slices are drawn, as they differ with the width.
    const plan = { ...chain, arch, startSlices: undefined, layers: [0, layers] };
    members.push({ width, sdeRecord, ...(await simulate(plan, `chain ${width}`, trendPaths)) });
  }
  progress.done();
  return widthTrend(members, fine, coarse, config.model.tokens, level);
}

/** Where in an ascending list the value nearest to `target` stands. */
function nearestIndex(values: readonly number[], target: number): number {
  const distance = (i: number) => Math.abs(values[i] - target);
  return values.reduce((best, _, i) => (distance(i) < distance(best) ? i : best), 0);
}

/** What the checked comparisons came to. */
interface Comparisons {
  measurements: Measurement[];
  profiles: ResidualProfile[];
  gaps: WidthGap[];
  skipped: { comparison: Comparison; reason: string }[];
}

/** Makes the comparisons that theory has for the model, and says why it has not the others. */
async function compare(context: CommandContext): Promise<Comparisons> {
  const { config, run } = context;
  const { alpha, draws } = config.check;
  const { block, depth } = config.model;
  const arch = architectureOf(config.model);
  const noChain = theoryRefusal(arch, 'chain');
  const noSde = theoryRefusal(arch, 'sde');
  const level = alpha / (RESIDUAL_TESTS + LAST_LAYER_TESTS + (noSde ? 0 : TREND_TESTS));
  const made: Comparisons = { measurements: [], profiles: [], gaps: [], skipped: [] };
  if (noChain === undefined) {
    const comparison = 'network against exact chain';
    const residuals = await measureResiduals(context);
    const network = readProbeEnsemble(run, block);
    made.measurements.push(
      ...residualTests(residuals, depth, draws, level),
      ...lastLayerTests(comparison, network, predicted(context, 'chain'), level),
    );
    made.profiles = residualProfiles(residuals, depth, draws, noSde === undefined);
  } else {
    made.skipped.push({ comparison: 'network against exact chain', reason: noChain });
  }
  if (noSde === undefined) {
    const { gaps, measurements } = await measureTrend(context, level);
    made.measurements.push(...measurements);
    made.gaps = gaps;
  } else {
    made.skipped.push({ comparison: 'exact chain against SDE', reason: noSde });
  }
  return made;
}

/** Makes the measurements and predictions that the check reads, where they are missing. */
async function makeMissing(context: CommandContext): Promise<void> {
  const { config, run } = context;
  if (!hasProbe(run, config.model.block)) await runProbe(context);
  const arch = architectureOf(config.model);
  const missing = (['sde', 'chain'] as const).some(
    (theory) => theoryRefusal(arch, theory) === undefined && !hasPrediction(run, theory),
  );
  if (missing) await runPredict(context);
}

/**
 * Compares network, exact chain and SDE for one configuration; writes `check/`.
 *
 * Network against chain: the same law at every width, so a difference is a bug. Chain against SDE:
 * the finite-width gap and its trend. Missing measurements and predictions are made first. A
 * comparison that theory has not is left out with its reason; where none is left the verdict is
 * INCONCLUSIVE.
 *
 * @returns the verdict of all comparisons
 */
export async function runCheck(context: CommandContext): Promise<Verdict> {
  const { config, run, reporter } = context;
  if (!hasCheck(run)) {
    const arch = architectureOf(config.model);
    if (theoryRefusal(arch, 'sde') === undefined) trendWidths(config); // refuses before work begins
    await makeMissing(context);
    const { alpha, negativeControl } = config.check;
    const { measurements, profiles, gaps, skipped } = await compare(context);
    const findings = judge(measurements, alpha);
    const comparisons: Record<string, Verdict> = {};
    for (const { comparison } of findings) {
      comparisons[comparison] ??= combine(
        findings.filter((f) => f.comparison === comparison).map(({ verdict }) => verdict),
      );
    }
    const verdict = combine(Object.values(comparisons));
    const record = { verdict, alpha, negativeControl, comparisons, findings, gaps, skipped };
    writeCheck(run, record, profiles);
  }
  const record = readCheck(run);
  // As it stands in the file, where what cannot be detected is null.
  reporter.result(renderCheck(record), run.readJson('check', 'verdict.json'));
  return record.verdict;
}
