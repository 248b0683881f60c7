import type { Breathe } from '../engine/engine.js';
import { startOf, type PathRange } from '../engine/task.js';
import { WORK_A_TURN } from '../engine/work.js';
import type { Ensemble, EnsembleEvent } from './ensemble.js';

/** What one path does: it owns its state and hands out the current V. */
export interface PathRunner {
  /** Sets the state to what a path (absolute index) starts from; returns V. */
  start(V0: Float64Array, path: number): Float64Array;
  /** Advances one step (from 0). Returns the new V, `[m, m]`, valid until the next call. */
  step(path: number, step: number): Float64Array;
  /** Whether the latest step was projected back onto the cone. */
  projected?(): boolean;
}

/**
 * Runs every path of a range to its end or its stopping time and records it. A path's numbers are
 * those of the runner for its absolute index alone, so any split into ranges gives the same bits.
 */
export async function runPaths(
  runner: PathRunner,
  range: PathRange,
  breathe?: Breathe,
): Promise<Ensemble> {
  const { tokens: m, steps, dt, paths, firstPath, stopAt, recordAt } = range;
  const m2 = m * m;
  const records = recordAt.length;
  const V = new Float64Array(paths * records * m2);
  const stoppedAt = new Float64Array(paths).fill(Infinity);
  const events: EnsembleEvent[] = [];
  const last = new Float64Array(m2);
  const stepsATurn = Math.max(1, Math.floor(WORK_A_TURN / range.stepWork));
  let stepsOfTurn = 0;

  for (let p = 0; p < paths; p++) {
    const path = firstPath + p;
    last.set(runner.start(startOf(range, p), path));
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
        if (breathe !== undefined && stepsOfTurn++ === stepsATurn) {
          stepsOfTurn = 1;
          await breathe();
        }
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
