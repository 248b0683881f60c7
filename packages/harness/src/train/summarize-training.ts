import type { Architecture } from '@shaped/sde';
import type { Config } from '../config/index.js';
import type { CorpusInfo } from '../data/index.js';
import { readJsonl, type RunDirectory } from '../run/index.js';
import type { TrainOutcome } from './loop.js';
import type { Sample } from './objective/sample-text.js';
import { readTrainRecords, trainPath, type TrainSummary } from './train-files.js';
import type { TrainingMaterials } from './training-materials.js';
import type { TimingRecord } from './training-record.js';

/** What a summary says that is not in the records of the training. */
export interface TrainingFacts {
  config: Config;
  arch: Architecture;
  materials: TrainingMaterials;
  backend: string;
  /** Trained numbers. */
  parameters: number;
  outcome: TrainOutcome;
  band: TrainSummary['band'];
  sample: Sample;
  seconds: number;
}

/** What a training that has ended comes to, by its records in the run directory. */
export function summarizeTraining(
  run: RunDirectory,
  { config, materials, outcome, band, ...facts }: TrainingFacts,
): TrainSummary {
  const { train: settings, seed } = config;
  const { arch, backend, parameters, sample, seconds } = facts;
  const { text, training, frequencies, unigramLoss } = materials;
  const records = readTrainRecords(run);
  const losses = records.filter((record) => record.kind === 'train');
  const validations = records.filter((record) => record.kind === 'validation');
  const last = validations[validations.length - 1];
  const paces = readJsonl<TimingRecord>(trainPath(run, 'timing.jsonl'));
  const updating = paces.reduce((sum, own) => sum + own.seconds, 0);
  return {
    arch,
    objective: settings.objective,
    corpus: { ...corpusRecord(text.corpus), ...training.split },
    vocabulary: training.vocabulary.size,
    parameters,
    backend,
    seed,
    ...outcome,
    ...(band && { band }),
    firstLoss: losses[0].loss,
    lastLoss: losses[losses.length - 1].loss,
    firstValidationLoss: validations[0].loss,
    validationLoss: last.loss,
    perplexity: last.perplexity,
    unigramLoss,
    unigramEntropy: frequencies.entropy,
    sample,
    seconds,
    tokensPerSecond: (paces.length * settings.batch * arch.tokens) / updating,
  };
}

/** What a corpus is known by: its hash and its size. */
function corpusRecord({ name, sha256, documents, bytes }: CorpusInfo) {
  return { name, sha256, documents, bytes };
}
