import { deriveSeed } from '@shaped/random';
import { architectureOf, type Config } from '../config/index.js';
import type { CommandContext } from '../context.js';
import {
  readProbe,
  readProbeEnsemble,
  readProbeMatrix,
  runProbe,
} from '../probe/index.js';
import {
  predictEnsemble,
  predictPlan,
  readPrediction,
  readPredictionArray,
  runPredict,
  type EnsembleOptions,
  type MetricEnsemble,
  type PredictPlan,
} from '../predict/index.js';
import { runJobs } from '../workers/index.js';
import { hasCheck, readCheck, writeCheck, type CheckRecord } from './check-files.js';
import { combine, judge, type Finding, type Measurement, type Verdict } from './finding.js';
import { lastLayerTests } from './last-layer-tests.js';
import { oneStepResiduals, type OneStepJob, type OneStepResult } from './one-step.js';
import { renderCheck } from './render-check.js';
import { residualProfiles, residualTests } from './residual-tests.js';
import { widthTrend, type TrendMember, type WidthTrend } from './width-trend.js';

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
      sde: hasSde(config),
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

/** Whether the SDE describes the configured model. */
function hasSde({ model }: Config): boolean {
  const { block, attention, activation } = architectureOf(model);
  return block === 'shaped' && attention === 'shaped' && activation === 'shapedRelu';
}

/** The metrics of a predicted ensemble in the run directory. */
function predicted(context: CommandContext, theory: 'sde' | 'chain'): MetricEnsemble {
  const { record } = readPrediction(context.run, theory);
  return {
    metrics: readPredictionArray(context.run, theory, 'metrics'),
    records: record.layers.length,
  };
}

/** The chain at every width of the trend, and the SDE again with half the step. */
async function measureTrend(context: CommandContext): Promise<WidthTrend> {
  const { config, reporter, signal } = context;
  const { widths, trendPaths, alpha } = config.check;
  const time = config.model.depth / config.model.width;
  const chain = predictPlan(context, 'chain');
  const sde = predictPlan(context, 'sde');
  const progress = reporter.task(
    'chain against SDE',
    widths.length * trendPaths + config.predict.sdePaths,
  );
  const options: EnsembleOptions = { workers: config.workers, signal, progress };
  const final = async (plan: PredictPlan, paths: number): Promise<MetricEnsemble> => {
    const { metrics } = await predictEnsemble(plan, paths, options);
    return { metrics, records: plan.layers.length };
  };
  const members: TrendMember[] = [];
  for (const width of widths) {
    const depth = Math.max(1, Math.round(time * width));
    const arch = architectureOf(config.model, { width, depth });
    const seed = deriveSeed(config.seed, 'trend', width);
    // V0 is the same at every width; head slices are drawn, as they differ with the width.
    const plan = { ...chain, arch, seed, startSlices: undefined, layers: [0, depth] };
    members.push({ width, ...(await final(plan, trendPaths)) });
  }
  const depth = config.model.depth;
  const halfStep = await final(
    {
      ...sde,
      seed: deriveSeed(config.seed, 'half step'),
      stepsPerLayer: 2 * sde.stepsPerLayer,
      layers: [0, depth],
    },
    config.predict.sdePaths,
  );
  progress.done();
  return widthTrend(members, predicted(context, 'sde'), halfStep, alpha);
}

/**
 * Compares network, exact chain and SDE for one configuration; writes `check/`.
 *
 * Network against chain: the same law at every width, so a difference is a bug. Chain against SDE:
 * the finite-width gap and its trend. Missing measurements and predictions are made first.
 *
 * @returns the verdict of both comparisons
 */
export async function runCheck(context: CommandContext): Promise<Verdict> {
  const { config, run, reporter } = context;
  if (!hasCheck(run)) {
    await runProbe(context);
    await runPredict(context);
    const { alpha, draws, negativeControl } = config.check;
    const depth = config.model.depth;
    const residuals = await measureResiduals(context);
    const network = readProbeEnsemble(run, config.model.block);
    const exact: Measurement[] = [
      ...residualTests(residuals, depth, draws, alpha),
      ...lastLayerTests('network against exact chain', network, predicted(context, 'chain'), alpha),
    ];
    const trend = hasSde(config) ? await measureTrend(context) : { gaps: [], measurements: [] };
    const findings: Finding[] = [
      ...judge(exact, alpha),
      ...judge(trend.measurements, alpha),
    ];
    const comparisons: Record<string, Verdict> = {};
    for (const { comparison } of findings) {
      comparisons[comparison] ??= combine(
        findings.filter((f) => f.comparison === comparison).map(({ verdict }) => verdict),
      );
    }
    const record: CheckRecord = {
      verdict: combine(Object.values(comparisons)),
      alpha,
      negativeControl,
      comparisons,
      findings,
      gaps: trend.gaps,
    };
    writeCheck(run, record, residualProfiles(residuals, depth, draws, hasSde(config)));
  }
  const record = readCheck(run);
  reporter.result(renderCheck(record), record);
  return record.verdict;
}
