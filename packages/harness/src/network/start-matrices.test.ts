import { architecture } from '@shaped/sde';
import { expect, test } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { measureNetwork, reseedNetwork } from '../probe/index.js';
import { buildBlocks } from './build-blocks.js';
import { embedWindow } from './embed-window.js';
import { startMatrices } from './start-matrices.js';

test.each([1, 2])(
  'theory starts from the bits that a network of %i heads measures',
  async (heads) => {
    await selectBackend('wasm');
    const arch = architecture({ tokens: 3, width: 16, depth: 1, heads });
    const windows = [{ ids: [5, 9, 5] }, { ids: [1, 2, 3] }];
    const embedding = { seed: 3, positions: true };
    const { starts, startSlices } = startMatrices(windows, arch, embedding);
    const blocks = buildBlocks(arch, 0);
    reseedNetwork(blocks, 0, 0);
    windows.forEach(({ ids }, window) => {
      const X0 = embedWindow(ids, { ...embedding, width: arch.width });
      const { V, slices } = measureNetwork(blocks, arch, X0);
      expect(V.slice(0, 9)).toEqual(starts[window]);
      expect(slices?.slice(0, 9 * heads)).toEqual(startSlices?.[window]);
    });
    expect(startSlices === undefined).toBe(heads === 1);
    blocks.forEach((block) => block.dispose());
  },
);
