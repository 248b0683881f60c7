import { batchSize, type BatchNeeds } from './batch-size.js';
import { initialCovariances } from './initial-covariances.js';
import { checkMemory, DEFAULT_MEMORY_LIMIT } from './memory.js';
import type { EnsemblePlan, ForeignTask } from './plan.js';
import type { EnsembleTask } from './task.js';
import { TASKS_A_WORKER } from './worker-pool.js';

/**
 * The tasks of a plan, ascending; each is made when it is asked for, so that a V0 function is called
 * no earlier than its batch is due.
 *
 * @throws RangeError when these take more than the memory limit, or a V0 is no covariance
 */
export function* cutIntoTasks(
  { options, start, model }: EnsemblePlan,
  pace: Pick<BatchNeeds, 'lanes' | 'workATurn' | 'workers'>,
): Generator<EnsembleTask | ForeignTask, void, undefined> {
  const { paths, firstPath = 0, memoryLimit = DEFAULT_MEMORY_LIMIT } = options;
  const { caller, tokens, recordAt, steps, stepWork } = model;
  const records = recordAt.length;
  const pathBytes = records * tokens ** 2 * 8;
  const pathWork = steps * stepWork;
  const size = options.batch ?? batchSize({ paths, pathBytes, pathWork, ...pace });
  // Those of the workers and one with the consumer.
  const held = TASKS_A_WORKER * pace.workers + 1;
  const needs = { caller, records, tokens, paths: Math.min(paths, held * size) };
  checkMemory(
    { ...needs, fix: 'Record fewer steps, take smaller batches or fewer workers.' },
    memoryLimit,
  );
  const startsOf = initialCovariances(options, start);
  for (let from = 0; from < paths; from += size) {
    const count = Math.min(size, paths - from);
    yield { ...model, firstPath: firstPath + from, paths: count, ...startsOf(from, count) };
  }
}
