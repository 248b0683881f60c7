import { architectureOf } from '../config/index.js';
import type { CommandContext } from '../context.js';
import { deriveSeed } from '@shaped/random';
import { loadWindows } from '../data/index.js';
import { startMatrices } from '../network/index.js';
import { predictEnsemble } from './predict-ensemble.js';
import { recordedLayers, type PredictPlan, type Theory } from './predict-plan.js';
import { theoryRefusal } from './theory-refusal.js';
import { hasPrediction, readPrediction, writePrediction } from './prediction-files.js';

/** The plan of a prediction for the model of a configuration. */
export async function predictPlan(
  { config }: Pick<CommandContext, 'config'>,
  theory: Theory,
): Promise<PredictPlan> {
  const arch = architectureOf(config.model);
  return {
    theory,
    arch,
    ...startMatrices(await loadWindows(config), arch, {
      seed: config.seed,
      positions: config.data.positions,
    }),
    seed: deriveSeed(config.seed, 'predict'),
    stopAt: config.predict.stopAt,
    stepsPerLayer: theory === 'sde' ? config.predict.stepsPerLayer : 1,
    layers: recordedLayers(arch.depth),
  };
}

/**
 * Predicts the model of the configuration by the SDE and by the exact chain, from the V0 that the
 * network has too, and writes `predict/sde` and `predict/chain`. What is complete is kept. A theory
 * that does not describe the model is left out, and the reporter says why.
 */
export async function runPredict(context: CommandContext): Promise<void> {
  const { config, run, reporter, signal } = context;
  const ensembles: [Theory, number, string][] = [
    ['sde', config.predict.sdePaths, 'SDE paths'],
    ['chain', config.predict.chainPaths, 'exact chain paths'],
  ];
  for (const [theory, paths, label] of ensembles) {
    const refusal = theoryRefusal(architectureOf(config.model), theory);
    if (refusal !== undefined) {
      reporter.result(`${label}: none, ${refusal}`, { theory, skipped: refusal });
      continue;
    }
    if (!hasPrediction(run, theory)) {
      const plan = await predictPlan(context, theory);
      const progress = reporter.task(label, paths);
      const predicted = await predictEnsemble(plan, paths, {
        workers: config.workers,
        signal,
        progress,
      });
      progress.done();
      writePrediction(run, plan, predicted);
    }
    const { record, bands } = readPrediction(run, theory);
    const last = bands.find((b) => b.metric === 'correlationMean' && b.layer === record.arch.depth);
    const rho = last
      ? `mean correlation at layer ${last.layer}: median ${last.q50.toFixed(3)}, 5–95 % ${last.q05.toFixed(3)} to ${last.q95.toFixed(3)}`
      : 'one token, no correlation';
    reporter.result(`${label}: ${rho}; stopped ${record.stopped} of ${record.paths}`, {
      ...record,
      correlation: last,
    });
  }
}
