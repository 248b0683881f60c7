import {
  hasTraining,
  readTrainSummary,
  trainPath,
} from '../../packages/harness/dist/train/train-files.js';
import { architectureOf, trainedModel } from '../../packages/harness/dist/config/index.js';
import { readJsonl } from '../../packages/harness/dist/run/index.js';
import { jobsOf } from './jobs-of.mjs';

/** The depths of trainings, ascending. */
export const depthsOf = (runs) =>
  [...new Set(runs.map(({ depth }) => depth))].sort((a, b) => a - b);

/** The loss of token frequencies alone, which a training knows that has ended. */
export const unigramLossOf = (runs) =>
  (runs.find(({ unigramLoss }) => Number.isFinite(unigramLoss)) ?? runs[0]).unigramLoss;

/** The trainings of a sweep, the shallowest first, each with its records in the order of the steps. */
export function trainings(directory) {
  const runs = jobsOf(directory).map(({ name, settings, config, run }) => {
    const records = readJsonl(trainPath(run, 'metrics.jsonl'));
    const seconds = new Map(
      readJsonl(trainPath(run, 'timing.jsonl')).map((line) => [line.step, line.seconds]),
    );
    const kind = (wanted) => records.filter((record) => record.kind === wanted);
    let sum = 0;
    let next = 0;
    const validation = kind('validation').map((record) => {
      for (; next < record.step; next++) sum += seconds.get(next) ?? 0;
      return { ...record, minutes: sum / 60 };
    });
    const arch = architectureOf(trainedModel(config));
    const isDone = hasTraining(run);
    return {
      ...{ name, settings, config, seed: config.seed },
      ...{ block: arch.block, depth: arch.depth, width: arch.width },
      ...{
        tokens: arch.tokens,
        heads: arch.heads,
        unigramLoss: isDone ? readTrainSummary(run).unigramLoss : NaN,
      },
      ...{ steps: config.train.steps, batch: config.train.batch },
      ...{ learningRate: config.train.learningRate, optimizer: config.train.optimizer ?? 'adam' },
      ...{ train: kind('train'), validation, layers: kind('layer') },
      // A training that diverged has no loss after the last step.
      last: isDone ? validation[validation.length - 1].loss : NaN,
    };
  });
  return runs.sort((a, b) => a.depth - b.depth);
}
