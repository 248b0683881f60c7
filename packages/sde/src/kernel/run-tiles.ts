import type { Breathe } from '../engine/engine.js';
import { startOf, type PathRange } from '../engine/task.js';
import type { Ensemble, EnsembleEvent } from '../ensemble/ensemble.js';
import type { KernelInstance } from './kernel-instance.js';
import { LANES, readLane } from './lanes.js';

/** What advances a tile; its state lies in the kernel's memory. */
export interface TileRunner {
  /** Prepares the tile of which lane `l` starts from `starts[l]`; `firstPath` is that of lane 0. */
  start(starts: readonly Float64Array[], firstPath: number): void;
  /** Advances from step `from` to step `to`; the host's share of a step included. */
  run(from: number, to: number): void;
  /** Steps of each lane that were projected back onto the cone, and the first of them. */
  readonly projections: readonly { count: number; first: number }[];
}

/**
 * Runs every path of a range, {@link LANES} at a time, and records it: `runPaths` for the kernel.
 * `stepsATurn` steps of a tile are taken between breaths.
 */
export async function runTiles(
  kernel: KernelInstance,
  runner: TileRunner,
  range: PathRange,
  stepsATurn: number,
  breathe?: Breathe,
): Promise<Ensemble> {
  const { tokens: m, steps, dt, paths, firstPath, recordAt } = range;
  const { exports } = kernel;
  const m2 = m * m;
  const records = recordAt.length;
  const V = new Float64Array(paths * records * m2);
  const stoppedAt = new Float64Array(paths).fill(Infinity);
  const events: EnsembleEvent[] = [];
  let stepsOfTurn = 0;

  for (let p = 0; p < paths; p += LANES) {
    const lanes = Math.min(LANES, paths - p);
    // Lanes beyond the last path repeat it, and are let stop at once.
    const starts = Array.from({ length: LANES }, (_, l) =>
      startOf(range, p + Math.min(l, lanes - 1)),
    );
    exports.setTile(...tileWords(firstPath + p));
    runner.start(starts, firstPath + p);
    const going = exports.startPaths((1 << lanes) - 1);
    for (let l = 0; l < lanes; l++) if (((going >> l) & 1) === 0) stoppedAt[p + l] = 0;
    let step = 0;
    const advanceTo = async (target: number) => {
      while (step < target) {
        if (stepsOfTurn === stepsATurn) {
          stepsOfTurn = 0;
          await breathe?.();
        }
        const to = Math.min(target, step + stepsATurn - stepsOfTurn);
        runner.run(step, to);
        stepsOfTurn += to - step;
        step = to;
      }
    };
    for (let r = 0; r < records; r++) {
      await advanceTo(recordAt[r]);
      for (let l = 0; l < lanes; l++) {
        const at = ((p + l) * records + r) * m2;
        readLane(kernel, exports.stateAt(), l, m, V.subarray(at, at + m2));
      }
    }
    await advanceTo(steps);
    const integers = kernel.integers();
    for (let l = 0; l < lanes; l++) {
      const path = firstPath + p + l;
      const stop = integers[exports.stoppedAt() / 4 + l];
      if (stop > 0) {
        stoppedAt[p + l] = stop * dt;
        if (integers[exports.overflowedAt() / 4 + l] !== 0) {
          events.push({ path, kind: 'nonFinite', time: stop * dt, count: 1 });
        }
      }
      const { count, first } = runner.projections[l];
      if (count > 0) events.push({ path, kind: 'leftCone', time: first * dt, count });
    }
  }
  const times = Float64Array.from(recordAt, (step) => step * dt);
  return { tokens: m, paths, firstPath, times, V, stoppedAt, events };
}

/** Low words, then high words, of the indices of a tile's paths. */
export function tileWords(first: number): number[] {
  const paths = Array.from({ length: LANES }, (_, l) => first + l);
  return [...paths.map((p) => (p % 2 ** 32) | 0), ...paths.map((p) => Math.floor(p / 2 ** 32) | 0)];
}
