import type { Ensemble } from '../ensemble/ensemble.js';
import type { Breathe, EngineName } from './engine.js';
import { engineFor } from './engines.js';
import type { EnsembleTask } from './task.js';

/** The paths of a task, computed in this thread by an engine. */
export function runTask(
  task: EnsembleTask,
  engine: EngineName,
  breathe?: Breathe,
): Promise<Ensemble> {
  return engineFor(task, engine).run(task, breathe);
}
