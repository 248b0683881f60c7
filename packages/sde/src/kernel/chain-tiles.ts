import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { initialState } from '../chain/initial-state.js';
import { tracksSlices } from '../chain/chain-state.js';
import { wishartRootColumns } from '../chain/wishart-root.js';
import type { ChainTask } from '../engine/task.js';
import type { Architecture } from '../model/architecture.js';
import type { KernelInstance } from './kernel-instance.js';
import { chainParameters } from './kernel-parameters.js';
import { LANES, writeLane } from './lanes.js';
import { maskKind, writeMask } from './mask-kind.js';
import { outOfMemory } from './out-of-memory.js';
import type { TileRunner } from './run-tiles.js';
import { wordsOfBlock, wordsOfResidual, wordsOfRoot } from './tile-words.js';

/** The exact chain on the kernel; what a path starts from is drawn here, once a path. */
export function chainTiles(kernel: KernelInstance, task: ChainTask): TileRunner {
  const { exports } = kernel;
  const { tokens: m, arch, seed } = task;
  const sliced = tracksSlices(arch);
  const room = exports.setUpChain(
    m,
    maskKind(arch),
    arch.heads,
    Number(arch.attention !== 'none'),
    activationKind(task),
    Number(arch.block === 'preLN' && arch.norm === 'rms'),
    Number(arch.block === 'postLN' && arch.norm === 'rms'),
    Number(arch.outputProjection),
    Number(sliced),
  );
  if (room === 0) throw outOfMemory(task);
  writeMask(kernel, arch);
  kernel.doubles().set(chainParameters(task), exports.parametersAt() / 8);
  const root = foldIn(keyFromSeed(seed), 'gram chain');
  const initialKey = foldIn(root, 'initial');
  exports.setKey(...foldIn(root, 'layer'));
  const words = wordsOfLayer(arch);
  return {
    projections: Array.from({ length: LANES }, () => ({ count: 0, first: 0 })),
    start(starts, firstPath) {
      const tileBytes = 2 * exports.halfBytesNow();
      starts.forEach((start, lane) => {
        const path = Math.min(firstPath + lane, 2 ** 48 - 1);
        const { V, slices } = initialState(arch, start, new Stream(initialKey, path));
        writeLane(kernel, exports.stateAt(), lane, m, V);
        for (let h = 0; slices !== undefined && h < arch.heads; h++) {
          const slice = slices.subarray(h * m * m, (h + 1) * m * m);
          writeLane(kernel, exports.slicesAt() + h * tileBytes, lane, m, slice);
        }
      });
    },
    run: (from, to) => exports.runChain(from, to, words),
  };
}

/** The kinds of `assembly/hidden.ts` and `assembly/smooth-activation.ts`; 0 is none. */
function activationKind({ arch, hiddenPrecision }: ChainTask): number {
  if (arch.activation === 'none') return 0;
  if (arch.activation === 'shapedSmooth') return SMOOTH_KINDS[arch.smooth];
  return hiddenPrecision === 'single' ? SINGLE_RELU : RELU;
}

const RELU = 1;
const SINGLE_RELU = 6;

const SMOOTH_KINDS = { tanh: 2, gelu: 3, silu: 4, softplus: 5 } as const;

/** Words that one layer draws; a few more where a χ² has less than two degrees of freedom. */
function wordsOfLayer(arch: Architecture): number {
  const { tokens: m, heads, width, headWidth } = arch;
  const slices = tracksSlices(arch) ? heads : 1;
  const update = slices * wordsOfResidual(m, width / slices);
  const head =
    wordsOfBlock(m * wishartRootColumns(m, headWidth)) +
    wordsOfRoot(m, headWidth) +
    (arch.outputProjection ? wordsOfRoot(m, width / heads) : 0);
  const attention = arch.attention === 'none' ? 0 : heads * head + update;
  const mlp = arch.activation === 'none' ? 0 : wordsOfBlock(m * width) + update;
  return attention + mlp;
}
