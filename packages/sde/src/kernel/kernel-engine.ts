import type { Engine } from '../engine/engine.js';
import type { EnsembleTask } from '../engine/task.js';
import { chainTiles } from './chain-tiles.js';
import { eulerTiles } from './euler-tiles.js';
import { gramTiles } from './gram-tiles.js';
import { kernelIsSupported, withKernel, type KernelInstance } from './kernel-instance.js';
import { LANES } from './lanes.js';
import { runTiles, type TileRunner } from './run-tiles.js';

/** Work, in multiplications, of some 20 ms: the kernel takes 0.1 to 0.2 ns each. */
const WORK_A_TURN = 2 ** 27;

/**
 * Four paths at a time in WebAssembly with 128-bit SIMD. It draws the numbers of `Stream`, bit for bit,
 * and agrees with the reference to rounding; what it computes has the same bits on every machine.
 */
export const kernelEngine: Engine = {
  name: 'kernel',
  refuses: () =>
    kernelIsSupported() ? undefined : 'WebAssembly with 128-bit SIMD is missing here.',
  lanes: () => LANES,
  workATurn: WORK_A_TURN,
  run: (task, breathe) =>
    withKernel((kernel) => {
      const stepsATurn = Math.max(1, Math.floor(WORK_A_TURN / (LANES * task.stepWork)));
      return runTiles(kernel, tilesOf(kernel, task), task, stepsATurn, breathe);
    }),
};

function tilesOf(kernel: KernelInstance, task: EnsembleTask): TileRunner {
  if (task.kind === 'chain') return chainTiles(kernel, task);
  return task.solver === 'gramStep' ? gramTiles(kernel, task) : eulerTiles(kernel, task);
}
