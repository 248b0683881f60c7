import type { EnsembleOptions } from '../ensemble/ensemble-options.js';
import type { Ensemble } from '../ensemble/ensemble.js';
import type { Breathe } from './engine.js';
import type { StartShape } from './initial-covariances.js';
import type { ChainTask, PathRange, SdeTask } from './task.js';

/** What the batches of a simulation share. */
type WithoutPaths<T> = Omit<T, 'firstPath' | 'paths' | 'V0' | 'startSize'>;

/** Paths of a model that is known by its functions alone, and so cannot leave the thread. */
export interface ForeignTask extends PathRange {
  readonly kind: 'foreign';
  readonly run: (range: PathRange, breathe: Breathe) => Promise<Ensemble>;
}

/** A simulation before it is cut into batches. */
export interface EnsemblePlan {
  readonly options: EnsembleOptions;
  readonly start: StartShape;
  readonly model: WithoutPaths<SdeTask> | WithoutPaths<ChainTask> | WithoutPaths<ForeignTask>;
}
