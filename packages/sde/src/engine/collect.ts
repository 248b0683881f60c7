import type { Ensemble, EnsembleEvent } from '../ensemble/ensemble.js';
import { allocate, checkMemory, DEFAULT_MEMORY_LIMIT } from './memory.js';
import type { EnsemblePlan } from './plan.js';
import { runBatches } from './run-batches.js';

/**
 * All paths of a plan in one ensemble.
 *
 * @throws RangeError when it would take more memory than the limit
 */
export async function collect(plan: EnsemblePlan): Promise<Ensemble> {
  const { options, model } = plan;
  const { paths, firstPath = 0, memoryLimit = DEFAULT_MEMORY_LIMIT } = options;
  const { caller, tokens, recordAt, dt } = model;
  const size = recordAt.length * tokens ** 2;
  const needs = {
    ...{ caller, paths, records: recordAt.length, tokens },
    fix: `Take the paths in batches (${caller}Batches, summarize), record fewer steps, or raise memoryLimit.`,
  };
  checkMemory(needs, memoryLimit);
  const V = allocate(needs, paths * size);
  const stoppedAt = new Float64Array(paths);
  const events: EnsembleEvent[] = [];
  for await (const batch of runBatches(plan)) {
    const from = batch.firstPath - firstPath;
    V.set(batch.V, from * size);
    stoppedAt.set(batch.stoppedAt, from);
    for (const event of batch.events) events.push(event);
  }
  const times = Float64Array.from(recordAt, (step) => step * dt);
  return { tokens, paths, firstPath, times, V, stoppedAt, events };
}
