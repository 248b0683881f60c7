import type { EnsembleOptions } from '../ensemble/ensemble-options.js';

/** Streams address paths by 48 bits. */
const PATH_LIMIT = 2 ** 48;

/** The steps that are recorded. @throws RangeError when they are not ascending within the steps */
export function recordedSteps(
  caller: string,
  steps: number,
  recordAt: readonly number[] = steps === 0 ? [0] : [0, steps],
): readonly number[] {
  const ascending = recordAt.every(
    (step, i) =>
      Number.isInteger(step) && step >= 0 && step <= steps && (i === 0 || step > recordAt[i - 1]),
  );
  if (!ascending || recordAt.length === 0) {
    throw new RangeError(
      `${caller}: expected recordAt to hold ascending step indices in [0, ${steps}], got ` +
        `[${recordAt.join(', ')}]. Index 0 is V0.`,
    );
  }
  return recordAt;
}

/** Refuses impossible numbers of paths, batches and bytes. @throws RangeError with what to do */
export function checkOptions(caller: string, options: EnsembleOptions): void {
  const { paths, firstPath = 0, stopAt = Infinity, workers, batch = 1, memoryLimit = 1 } = options;
  const refuse = (expected: string, got: unknown, fix: string): never => {
    throw new RangeError(`${caller}: expected ${expected}, got ${String(got)}. ${fix}`);
  };
  if (!Number.isSafeInteger(paths) || paths < 1) {
    refuse('paths to be a positive integer', paths, 'Set it so.');
  }
  if (!Number.isSafeInteger(firstPath) || firstPath < 0) {
    refuse('firstPath to be a non-negative integer', firstPath, 'Set it so.');
  }
  if (firstPath + paths > PATH_LIMIT) {
    refuse(
      'firstPath + paths of at most 2^48',
      firstPath + paths,
      'Use another seed for more paths.',
    );
  }
  if (!(stopAt > 0)) {
    refuse('stopAt to be positive', stopAt, 'It bounds max |V_ab|; leave it out for no bound.');
  }
  if (!Number.isSafeInteger(batch) || batch < 1) {
    refuse(
      'batch to be a positive integer',
      batch,
      'Leave it out for a size that suits the model.',
    );
  }
  const pool = typeof workers === 'object' && typeof workers?.run === 'function';
  if (workers !== undefined && !pool && (!Number.isSafeInteger(workers) || Number(workers) < 1)) {
    refuse(
      'workers to be a positive integer or a pool of workers',
      workers,
      'Leave it out to compute in the calling thread.',
    );
  }
  if (!(memoryLimit > 0)) {
    refuse('memoryLimit to be a positive number of bytes', memoryLimit, 'Leave it out for 2 GiB.');
  }
}
