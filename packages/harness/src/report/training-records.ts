import { readJsonl, type RunDirectory } from '../run/index.js';

/** One line of `train/metrics.jsonl`. */
export type TrainingRecord = TrainStep | ValidationStep | LayerStep;

export interface TrainStep {
  step: number;
  kind: 'train';
  loss: number;
  learningRate: number;
  gradientNorm: number;
  tokensPerSecond?: number;
}

export interface ValidationStep {
  step: number;
  kind: 'validation';
  loss: number;
  perplexity: number;
}

/** One layer of the network in training; layer 0 is the embedding. */
export interface LayerStep {
  step: number;
  kind: 'layer';
  layer: number;
  metrics: Record<string, number | null>;
  /** Gains of each head. */
  gamma1?: number[];
  gamma2?: number[];
}

/** The records of one kind, in the order they were written. */
export function recordsOf<Kind extends TrainingRecord['kind']>(
  records: readonly TrainingRecord[],
  kind: Kind,
): Extract<TrainingRecord, { kind: Kind }>[] {
  return records.filter((record) => record.kind === kind) as Extract<
    TrainingRecord,
    { kind: Kind }
  >[];
}

/** The training records of a run; undefined when it was not trained. */
export function readTraining(run: RunDirectory): TrainingRecord[] | undefined {
  if (!run.has('train', 'metrics.jsonl')) return undefined;
  return readJsonl(run.path('train', 'metrics.jsonl'));
}
