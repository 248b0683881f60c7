import { usageFailure } from '../../failure.js';
import { differences, trainingInputs } from '../../run/index.js';
import { learningRateAt } from '../learning-rate.js';
import { startsAsAt } from '../record-file.js';
import type { Checkpoint, CheckpointRecord, TrainingOrigin } from './checkpoint.js';
import type { CheckpointFolder } from './checkpoint-folder.js';

export interface ResumeOptions {
  /** What the training would be made from now. */
  origin: TrainingOrigin;
  /** `train/metrics.jsonl`. */
  metrics: string;
  warn: (text: string) => void;
}

/**
 * The checkpoint that a training goes on from, the newest that is whole and whose records are all
 * there; undefined when none was made yet.
 *
 * @throws Failure (exit code 2) when it belongs to other settings, another text or another backend
 * @throws Failure when there are checkpoints but none can be used
 */
export function resumableCheckpoint(
  folder: CheckpointFolder,
  { origin, metrics, warn }: ResumeOptions,
): Checkpoint | undefined {
  const checkpoint = folder.newest(({ record }) => {
    if (startsAsAt(metrics, record.metrics)) return undefined;
    return `${metrics} does not hold the records of the checkpoint of step ${record.step}.`;
  }, warn);
  if (checkpoint === undefined) return undefined;
  const { record } = checkpoint;
  const changes = changesOf(record, origin);
  if (changes.length > 0) {
    throw usageFailure(
      `${folder.path} keeps a training that was made otherwise (${changes.join(', ')}), and does not go on with that. Put it back, choose another --out, or remove the folder above it to begin anew.`,
    );
  }
  const newer = differences(
    { ...record.versions, [record.backend.name]: record.backend.version },
    { ...origin.versions, [origin.backend.name]: origin.backend.version },
  );
  if (newer.length > 0) {
    warn(
      `The training was begun with other versions (${newer.join(', ')}): its numbers may differ in the last bits from those of one that was never stopped.`,
    );
  }
  return checkpoint;
}

/** What differs between the training of a checkpoint and one that would go on with it. */
function changesOf(record: CheckpointRecord, { config, corpus, backend }: TrainingOrigin) {
  const { learningRate, step } = record;
  // A training that stopped early has none after its last step.
  const next = learningRate === null ? null : learningRateAt(step, config.train);
  const inputs = (
    { sha256, tokens }: TrainingOrigin['corpus'],
    name: string,
    settings: TrainingOrigin['config'],
    rate: number | null,
  ) => ({
    ...trainingInputs(settings),
    backend: name,
    text: { sha256, tokens },
    learningRate: rate,
  });
  return differences(
    inputs(record.corpus, record.backend.name, record.config, learningRate),
    inputs(corpus, backend.name, config, next),
  );
}
