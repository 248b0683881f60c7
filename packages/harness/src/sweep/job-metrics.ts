import type { AdviceRecord } from '../advise/advice-record.js';
import { hasCheck, readCheck } from '../check/check-files.js';
import type { Config } from '../config/index.js';
import { hasMap, readMap } from '../map/map-files.js';
import type { MetricValue } from '../metrics/metric-definition.js';
import { hasPrediction, readPrediction } from '../predict/prediction-files.js';
import { hasProbe, readLayerRecords, readProbe } from '../probe/probe-files.js';
import type { RunDirectory } from '../run/index.js';
import type { TrainSummary } from '../train/train-files.js';
import { ADVICE_FILE, stepsOf, type SweepCommand } from './sweep-command.js';

/** What a job found: numbers by the names of `metricKeys`, and verdicts in words. */
export interface JobResults {
  metrics: Record<string, number>;
  outcomes: Record<string, string>;
}

type Found = Partial<JobResults>;

/** The mean over networks of every metric of the last layer. */
function probeResults(run: RunDirectory, { model }: Config): Found {
  if (!hasProbe(run, model.block)) return {};
  const { arch } = readProbe(run, model.block);
  const sums = new Map<string, { sum: number; count: number }>();
  const add = ([name, value]: [string, MetricValue]) => {
    if (value === null) return;
    const entry = sums.get(name) ?? { sum: 0, count: 0 };
    sums.set(name, { sum: entry.sum + value, count: entry.count + 1 });
  };
  for (const { layer, metrics, attention } of readLayerRecords(run, model.block)) {
    if (layer !== arch.depth) continue;
    Object.entries(metrics).forEach(add);
    Object.entries(attention ?? {}).forEach(add);
  }
  const means = [...sums].map(([name, { sum, count }]) => [`probe.${name}`, sum / count] as const);
  return { metrics: Object.fromEntries(means) };
}

/** The median over paths of every metric of the last layer. */
function predictResults(run: RunDirectory): Found {
  const metrics: Record<string, number> = {};
  for (const theory of ['sde', 'chain'] as const) {
    if (!hasPrediction(run, theory)) continue;
    const { record, bands } = readPrediction(run, theory);
    for (const { layer, metric, q50 } of bands) {
      if (layer === record.arch.depth) metrics[`${theory}.${metric}`] = q50;
    }
  }
  return { metrics };
}

function checkResults(run: RunDirectory): Found {
  if (!hasCheck(run)) return {};
  const { verdict, findings } = readCheck(run);
  const count = (kind: string) => findings.filter((finding) => finding.verdict === kind).length;
  return {
    metrics: { 'check.failed': count('FAIL'), 'check.inconclusive': count('INCONCLUSIVE') },
    outcomes: { check: verdict },
  };
}

function trainResults(run: RunDirectory): Found {
  // Read here, as what reads the model beside it loads tfjs.
  const file = ['train', 'summary.json'];
  if (!run.has(...file)) return {};
  const summary = run.readJson<TrainSummary>(...file);
  const { validationLoss, perplexity, lastLoss, unigramLoss } = summary;
  const metrics = Object.entries({ validationLoss, perplexity, lastLoss, unigramLoss });
  return { metrics: Object.fromEntries(metrics.map(([key, value]) => [`train.${key}`, value])) };
}

function mapResults(run: RunDirectory): Found {
  if (!hasMap(run)) return {};
  const shares = Object.entries(readMap(run).record.summary.shares);
  return { metrics: Object.fromEntries(shares.map(([key, share]) => [`map.${key}`, share])) };
}

function adviseResults(run: RunDirectory): Found {
  if (!run.has(ADVICE_FILE)) return {};
  const { outcome, asIs, advice } = run.readJson<AdviceRecord>(ADVICE_FILE);
  const { risk, collapse, blowUp, vanish, rho } = asIs.chain;
  return {
    metrics: {
      'advise.risk': risk.probability,
      'advise.collapse': collapse.probability,
      'advise.blowUp': blowUp.probability,
      'advise.vanish': vanish.probability,
      'advise.rho': rho.median,
      ...(advice === null
        ? {}
        : {
            'advise.gamma': advice.shaping.gamma,
            'advise.tau0': advice.shaping.tau0,
            'advise.cMinus': advice.shaping.cMinus,
          }),
    },
    outcomes: { advise: outcome, 'as it is': asIs.verdict },
  };
}

/**
 * What the commands of a complete job found.
 *
 * @throws Failure when a file of it is damaged
 */
export function jobResults(
  run: RunDirectory,
  config: Config,
  commands: readonly SweepCommand[],
): JobResults {
  const steps = new Set(commands.flatMap((command) => [...stepsOf(command)]));
  const found = [
    ...(steps.has('probe') ? [probeResults(run, config)] : []),
    ...(steps.has('predict') ? [predictResults(run)] : []),
    ...(steps.has('check') ? [checkResults(run)] : []),
    ...(steps.has('train') ? [trainResults(run)] : []),
    ...(steps.has('map') ? [mapResults(run)] : []),
    ...(commands.includes('advise') ? [adviseResults(run)] : []),
  ];
  // What JSON cannot hold, such as the perplexity of a diverged network, is left out.
  const numbers = found.flatMap(({ metrics = {} }) => Object.entries(metrics));
  return {
    metrics: Object.fromEntries(numbers.filter(([, value]) => Number.isFinite(value))),
    outcomes: Object.assign({}, ...found.map(({ outcomes = {} }) => outcomes)) as Record<
      string,
      string
    >,
  };
}
