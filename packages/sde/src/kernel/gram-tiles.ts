import { foldIn, keyFromSeed } from '@shaped/random';
import type { SdeTask } from '../engine/task.js';
import type { KernelInstance } from './kernel-instance.js';
import { gramParameters } from './kernel-parameters.js';
import { LANES, writeLane } from './lanes.js';
import { maskKind, writeMask } from './mask-kind.js';
import { outOfMemory } from './out-of-memory.js';
import type { TileRunner } from './run-tiles.js';
import { wordsOfBlock, wordsOfResidual, wordsOfRoot } from './tile-words.js';

/** The activations of `assembly/gram-step.ts`. */
const ACTIVATIONS = { none: 0, shapedRelu: 1, shapedSmooth: 2, relu: 0 } as const;

/** The Gram step on the kernel. */
export function gramTiles(kernel: KernelInstance, task: SdeTask): TileRunner {
  const { exports } = kernel;
  const { tokens: m, arch, dt, solver, seed } = task;
  const attention = arch.attention === 'shaped';
  const room = exports.setUpGram(
    m,
    maskKind(arch),
    arch.heads,
    Number(attention),
    ACTIVATIONS[arch.activation],
    Number(arch.outputProjection),
  );
  if (room === 0) throw outOfMemory(task);
  writeMask(kernel, arch);
  kernel.doubles().set(gramParameters(task), exports.parametersAt() / 8);
  exports.setKey(...foldIn(keyFromSeed(seed), 'sde', solver));
  const roughening = wordsOfRoot(m, 1 / dt);
  const update = wordsOfResidual(m, 1 / dt);
  const words =
    (attention
      ? arch.heads * wordsOfBlock(m * m) + (arch.outputProjection ? roughening : 0) + update
      : 0) + (arch.activation === 'none' ? 0 : roughening + update);
  return {
    projections: Array.from({ length: LANES }, () => ({ count: 0, first: 0 })),
    start(starts) {
      starts.forEach((V0, lane) => writeLane(kernel, exports.stateAt(), lane, m, V0));
    },
    run: (from, to) => exports.runGram(from, to, words),
  };
}
