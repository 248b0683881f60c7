import type { Ensemble, EnsembleEvent, EnsembleOptions } from './ensemble.js';

/** What one path does: it owns its state and hands out the current V. */
export interface PathRunner {
  /** Sets the state to the given initial covariance of a path (absolute index); returns V. */
  start(V0: Float64Array, path: number): Float64Array;
  /** Advances one step (from 0). Returns the new V, `[m, m]`, valid until the next call. */
  step(path: number, step: number): Float64Array;
  /** Whether the latest step was projected back onto the cone. */
  projected?(): boolean;
}

/** Sizes of a run that the options do not tell. */
export interface RunShape {
  readonly caller: string;
  readonly tokens: number;
  readonly steps: number;
  /** Time of one step. */
  readonly dt: number;
  /** Lengths that a V0 function may return, m² first. */
  readonly lengths: readonly number[];
}

/**
 * Runs every path to its end or its stopping time and records it. A path's numbers depend on the
 * seed and its absolute index alone, so any split into batches gives the same bits.
 */
export function runEnsemble(
  runner: PathRunner,
  options: EnsembleOptions,
  shape: RunShape,
): Ensemble {
  const { caller, tokens: m, steps, dt } = shape;
  const { paths, firstPath = 0, stopAt = Infinity } = options;
  const recordAt = options.recordAt ?? (steps === 0 ? [0] : [0, steps]);
  checkOptions(options, recordAt, shape);
  const m2 = m * m;
  const records = recordAt.length;
  const V = new Float64Array(paths * records * m2);
  const stoppedAt = new Float64Array(paths).fill(Infinity);
  const events: EnsembleEvent[] = [];
  const last = new Float64Array(m2);

  for (let p = 0; p < paths; p++) {
    if (options.signal?.aborted)
      throw new Error(`${caller}: aborted after ${p} of ${paths} paths.`);
    const path = firstPath + p;
    last.set(runner.start(initialOf(options.V0, p, path, paths, shape), path));
    let record = 0;
    let projections = 0;
    let firstProjection = 0;
    const write = (step: number) => {
      if (recordAt[record] === step) V.set(last, (p * records + record++) * m2);
    };
    if (largest(last) > stopAt) stoppedAt[p] = 0;
    write(0);
    for (let step = 1; step <= steps; step++) {
      if (stoppedAt[p] === Infinity) {
        const next = runner.step(path, step - 1);
        const size = largest(next);
        if (size <= stopAt && size < Infinity) {
          last.set(next);
          if (runner.projected?.() && projections++ === 0) firstProjection = step * dt;
        } else {
          stoppedAt[p] = step * dt;
          if (!(size < Infinity)) {
            events.push({ path, kind: 'nonFinite', time: step * dt, count: 1 });
          }
        }
      }
      write(step);
    }
    if (projections > 0) {
      events.push({ path, kind: 'leftCone', time: firstProjection, count: projections });
    }
    options.onProgress?.(p + 1, paths);
  }
  const times = Float64Array.from(recordAt, (step) => step * dt);
  return { tokens: m, paths, firstPath, times, V, stoppedAt, events };
}

/** max |V_ab|, NaN when an entry is NaN. */
function largest(V: Float64Array): number {
  let size = 0;
  for (let i = 0; i < V.length; i++) {
    const x = Math.abs(V[i]);
    if (!(x <= size)) size = x;
    if (Number.isNaN(size)) return NaN;
  }
  return size;
}

function initialOf(
  V0: EnsembleOptions['V0'],
  p: number,
  path: number,
  paths: number,
  { caller, lengths }: RunShape,
): Float64Array {
  const m2 = lengths[0];
  if (typeof V0 === 'function') {
    const given = V0(path);
    if (lengths.includes(given.length)) return given;
    throw new RangeError(
      `${caller}: expected V0(${path}) of ${lengths.join(' or ')} numbers, got ${given.length}. ` +
        'Return one m×m covariance.',
    );
  }
  if (V0.length === m2) return V0;
  if (V0.length === paths * m2) return V0.subarray(p * m2, (p + 1) * m2);
  throw new RangeError(
    `${caller}: expected V0 of ${m2} or ${paths} × ${m2} numbers, got ${V0.length}. ` +
      'Pass one m×m covariance, one a path, or a function of the path.',
  );
}

function checkOptions(
  options: EnsembleOptions,
  recordAt: readonly number[],
  { caller, steps }: RunShape,
): void {
  const { paths, firstPath = 0, stopAt = Infinity } = options;
  if (!Number.isSafeInteger(paths) || paths < 1) {
    throw new RangeError(
      `${caller}: expected paths to be a positive integer, got ${paths}. Set it so.`,
    );
  }
  if (!Number.isSafeInteger(firstPath) || firstPath < 0) {
    throw new RangeError(
      `${caller}: expected firstPath to be a non-negative integer, got ${firstPath}. Set it so.`,
    );
  }
  if (!(stopAt > 0)) {
    throw new RangeError(
      `${caller}: expected stopAt to be positive, got ${stopAt}. It bounds max |V_ab|; leave it out for no bound.`,
    );
  }
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
}
