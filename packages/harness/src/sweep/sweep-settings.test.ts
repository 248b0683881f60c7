import { describe, expect, it } from 'vitest';
import { sweepSettings } from './sweep-settings.js';

const none = { grid: {}, zip: {}, list: [] };

describe('sweepSettings', () => {
  it('takes every combination of a grid, the last key fastest', () => {
    expect(sweepSettings({ ...none, grid: { a: [1, 2], b: ['x', 'y'] } }, 0)).toEqual([
      { a: 1, b: 'x' },
      { a: 1, b: 'y' },
      { a: 2, b: 'x' },
      { a: 2, b: 'y' },
    ]);
  });

  it('takes the lists of a zip together, and multiplies it with grid, list and seeds', () => {
    const zip = { width: [64, 128], depth: [50, 100] };
    expect(sweepSettings({ ...none, zip }, 0)).toEqual([
      { width: 64, depth: 50 },
      { width: 128, depth: 100 },
    ]);
    const list = [{ block: 'preLN' }, { block: 'shaped', gamma: 0.2 }];
    const all = sweepSettings({ grid: { tau0: [1, 2] }, zip, list, seeds: 3 }, 5);
    expect(all).toHaveLength(2 * 2 * 2 * 3);
    expect(all.slice(0, 4)).toEqual([
      { tau0: 1, width: 64, depth: 50, block: 'preLN', seed: 5 },
      { tau0: 1, width: 64, depth: 50, block: 'preLN', seed: 6 },
      { tau0: 1, width: 64, depth: 50, block: 'preLN', seed: 7 },
      { tau0: 1, width: 64, depth: 50, block: 'shaped', gamma: 0.2, seed: 5 },
    ]);
  });

  it('counts seeds from the configuration’s own, or takes those named', () => {
    expect(sweepSettings({ ...none, seeds: 2 }, 7)).toEqual([{ seed: 7 }, { seed: 8 }]);
    expect(sweepSettings({ ...none, seeds: [9, 4] }, 7)).toEqual([{ seed: 9 }, { seed: 4 }]);
  });
});
