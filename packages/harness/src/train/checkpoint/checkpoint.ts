import type { Config } from '../../config/index.js';
import type { Versions } from '../../run/machine.js';
import type { FilePosition } from '../record-file.js';
import type { NamedTensors, OptimizerState } from './named-tensors.js';

/** The version of the format below. A reader refuses every other. */
export const CHECKPOINT_FORMAT = 1;

/** The files of a checkpoint; `SHA256SUMS`, written after them, has their checksums. */
export const CHECKPOINT_FILES = [
  'checkpoint.json',
  'optimizer.safetensors',
  'weights.safetensors',
] as const;

/** What stands last in a checkpoint, in the form that `sha256sum --check` reads. */
export const CHECKSUMS = 'SHA256SUMS';

/** What a training is made from. A checkpoint goes on only with the same. */
export interface TrainingOrigin {
  config: Config;
  corpus: { name: string; sha256: string; tokens: number };
  backend: { name: string; version?: string };
  versions: Versions;
}

/** `checkpoint.json`. It holds no time: the same training gives the same bytes. */
export interface CheckpointRecord extends TrainingOrigin {
  format: typeof CHECKPOINT_FORMAT;
  /** Updates of the weights, after the measurements of this step and before its update. */
  step: number;
  /** Updates that the optimiser counts. */
  updates: number;
  /** Of the update that comes next; null after the last. */
  learningRate: number | null;
  /** Whether the backward pass computes blocks again, which was decided when the training began. */
  checkpointing: boolean;
  /** Of this step, nats; null when it was not due. */
  validationLoss: number | null;
  /** How much of `train/metrics.jsonl` belongs to it. */
  metrics: FilePosition;
}

/** All that a training needs to go on as if it had never stopped. */
export interface Checkpoint {
  record: CheckpointRecord;
  /** Every weight of the network. */
  weights: NamedTensors;
  optimizer: OptimizerState;
}

/** The folder of a checkpoint, by its step: names sort as steps do below a million. */
export function checkpointName(step: number): string {
  return `step_${String(step).padStart(6, '0')}`;
}

/** The step of a folder's name; undefined when it is none of a checkpoint. */
export function checkpointStep(name: string): number | undefined {
  const match = /^step_(\d{6,})$/.exec(name);
  return match === null ? undefined : Number(match[1]);
}
