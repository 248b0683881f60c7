import { readJsonl, type RunDirectory } from '../run/index.js';
import type { LayerStep, TrainingRecord } from '../train/index.js';

export type { LayerStep, TrainingRecord };

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
