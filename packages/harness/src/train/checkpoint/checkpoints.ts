import type { FilePosition } from '../record-file.js';
import { CHECKPOINT_FORMAT, type TrainingOrigin } from './checkpoint.js';
import type { CheckpointFolder } from './checkpoint-folder.js';
import { firstNonFinite, type NamedTensors, type OptimizerState } from './named-tensors.js';

/** A step of a training, after its measurements and before its update. */
export interface Moment {
  /** Updates made. */
  step: number;
  /** Of this step, nats; null when it was not due. */
  validationLoss: number | null;
  /** Of the update that comes next; null after the last. */
  learningRate: number | null;
  /** Whether the training ends here, for good or for now. */
  isEnd: boolean;
  weights: () => NamedTensors;
  optimizer: () => OptimizerState;
}

export interface CheckpointsOptions {
  /** Steps from one checkpoint to the next. */
  every: number;
  origin: TrainingOrigin;
  /** Whether the backward pass computes blocks again. */
  checkpointing: boolean;
  /** Brings all records to the disk; returns how much of `train/metrics.jsonl` there is. */
  settle: () => FilePosition;
}

/** Decides which moments of a training are kept, and keeps them. */
export class Checkpoints {
  readonly #folder: CheckpointFolder;
  readonly #options: CheckpointsOptions;

  constructor(folder: CheckpointFolder, options: CheckpointsOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /**
   * Keeps a moment where a checkpoint is due: every so many steps, at a new lowest validation loss,
   * and where the training ends. Returns the name of the first tensor that is not finite; then
   * nothing is kept.
   *
   * @throws Failure when the disk refuses; earlier checkpoints are as they were
   */
  offer({ step, validationLoss, learningRate, isEnd, ...state }: Moment): string | undefined {
    const { every, origin, checkpointing, settle } = this.#options;
    const isBest = validationLoss !== null && validationLoss < this.#folder.lowestLoss;
    if (step === 0 || !(isEnd || isBest || step % every === 0)) return undefined;
    const [weights, optimizer] = [state.weights(), state.optimizer()];
    const broken = firstNonFinite(weights) ?? firstNonFinite(optimizer.tensors);
    if (broken !== undefined) return broken;
    const { updates } = optimizer;
    const at = { step, updates, learningRate, checkpointing, validationLoss };
    // The records first: a checkpoint on the disk must not speak of lines that are not.
    const record = { format: CHECKPOINT_FORMAT, ...at, metrics: settle(), ...origin } as const;
    this.#folder.save({ record, weights, optimizer });
    return undefined;
  }
}
