import { foldIn, keyFromSeed } from '@shaped/random';
import { nearestCovariance } from '../covariance/nearest-covariance.js';
import type { SdeTask } from '../engine/task.js';
import { halvings } from '../solver/brownian-path.js';
import type { KernelInstance } from './kernel-instance.js';
import { eulerParameters } from './kernel-parameters.js';
import { LANES, readLane, writeLane } from './lanes.js';
import { maskKind, writeMask } from './mask-kind.js';
import { outOfMemory } from './out-of-memory.js';
import type { TileRunner } from './run-tiles.js';

/** Euler–Maruyama on the kernel; V that leaves the cone is projected here, as it is rare. */
export function eulerTiles(kernel: KernelInstance, task: SdeTask): TileRunner {
  const { exports } = kernel;
  const { tokens: m, arch, solver, seed, refines } = task;
  const ready = exports.setUpEulerMaruyama(m, maskKind(arch), refines, halvings(task));
  if (ready === 0) throw outOfMemory(task);
  writeMask(kernel, arch);
  kernel.doubles().set(eulerParameters(task), exports.parametersAt() / 8);
  exports.setKey(...foldIn(keyFromSeed(seed), 'sde', solver));
  const projections = Array.from({ length: LANES }, () => ({ count: 0, first: 0 }));
  const proposed = new Float64Array(m * m);
  return {
    projections,
    start(starts) {
      starts.forEach((V0, lane) => writeLane(kernel, exports.stateAt(), lane, m, V0));
      for (const projection of projections) projection.count = 0;
      exports.beginEuler();
    },
    run(from, to) {
      let step = from;
      while (step < to) {
        const reached = exports.runEuler(step, to);
        if (reached >= 0) return;
        step = -reached - 1;
        const outside = exports.leftConeNow();
        for (let lane = 0; lane < LANES; lane++) {
          if (((outside >> lane) & 1) === 0) continue;
          readLane(kernel, exports.proposedAt(), lane, m, proposed);
          nearestCovariance(proposed, m);
          writeLane(kernel, exports.proposedAt(), lane, m, proposed);
        }
        const before = stoppedLanes(kernel);
        exports.resumeEuler(step);
        const after = stoppedLanes(kernel);
        for (let lane = 0; lane < LANES; lane++) {
          // A path that this step stopped keeps its V from before: nothing was projected.
          const stoppedNow = ((after & ~before) >> lane) & 1;
          if (((outside >> lane) & 1) === 0 || stoppedNow === 1) continue;
          const projection = projections[lane];
          if (projection.count++ === 0) projection.first = step;
        }
      }
    },
  };
}

/** The lanes that have stopped, as bits. */
function stoppedLanes({ exports, integers }: KernelInstance): number {
  let bits = 0;
  for (let lane = 0; lane < LANES; lane++) {
    if (integers()[exports.stoppedAt() / 4 + lane] > 0) bits |= 1 << lane;
  }
  return bits;
}
