import type { CommandContext } from '../context.js';
import { EXIT, usageFailure } from '../failure.js';
import { readManifest } from '../run/index.js';
import { recordCorpus, runStep } from './run-step.js';

// Each step is loaded when it is made, so that help and errors of usage come at once.

/** Writes the TensorBoard logs of what is measured and predicted so far. */
async function writeLogs({ run }: CommandContext): Promise<void> {
  const { logInitialisation } = await import('../logging/index.js');
  logInitialisation(run);
}

/**
 * Measures real networks.
 *
 * @param again shows the results again when they are complete already
 */
export async function probeStep(context: CommandContext, again = true): Promise<void> {
  const work = async (inner: CommandContext) => {
    const { runProbe } = await import('../probe/index.js');
    await recordCorpus(inner);
    await runProbe(inner);
    await writeLogs(inner);
  };
  await runStep(context, 'probe', work, again);
}

/**
 * Predicts them from theory.
 *
 * @param again shows the results again when they are complete already
 */
export async function predictStep(context: CommandContext, again = true): Promise<void> {
  const work = async (inner: CommandContext) => {
    const { runPredict } = await import('../predict/index.js');
    await runPredict(inner);
    await writeLogs(inner);
  };
  await runStep(context, 'predict', work, again);
}

/** Compares the two; returns the exit code that stands for the verdict. */
export async function checkStep(context: CommandContext): Promise<number> {
  const verdict = await runStep(context, 'check', async (inner) => {
    const { runCheck } = await import('../check/index.js');
    const outcome = await runCheck(inner);
    await writeLogs(inner);
    return outcome;
  });
  if (verdict === 'PASS') return EXIT.done;
  return verdict === 'FAIL' ? EXIT.failed : EXIT.inconclusive;
}

/**
 * Trains a language model.
 *
 * @param resume whether there must be a training to go on with
 * @throws Failure (exit code 2) when there is none, though there must be
 */
export async function trainStep(context: CommandContext, resume = false): Promise<void> {
  const { run } = context;
  if (resume && readManifest(run).steps.train === undefined) {
    throw usageFailure(
      `--resume: expected a training in ${run.root}, got none. Begin one with: shaped train ${run.root}`,
    );
  }
  await runStep(context, 'train', async (inner) => {
    const { runTrain } = await import('../train/index.js');
    await recordCorpus(inner);
    await runTrain(inner);
  });
}

/** Makes the phase diagram. */
export async function mapStep(context: CommandContext): Promise<void> {
  await runStep(context, 'map', async (inner) => {
    const { runMap } = await import('../map/index.js');
    const { logMap } = await import('../logging/index.js');
    if (inner.config.map.start === 'text') await recordCorpus(inner);
    await runMap(inner);
    logMap(inner.run);
  });
}

/** Writes the page of this run. */
export async function reportStep(context: CommandContext): Promise<void> {
  const { run, signal } = context;
  await runStep(context, 'report', async ({ reporter }) => {
    const { runReport } = await import('../report/index.js');
    await runReport({ runs: [run], out: run.path('report.html'), reporter, signal });
  });
}
