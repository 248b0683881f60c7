import { describe, expect, it } from 'vitest';
import { batchOffsets } from './batch-offsets.js';

describe('batchOffsets', () => {
  it('counts through equal batches', () => {
    expect([...batchOffsets([2, 3], [2, 3])]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('repeats along axes of length one and along missing leading axes', () => {
    expect([...batchOffsets([2, 1], [2, 3])]).toEqual([0, 0, 0, 1, 1, 1]);
    expect([...batchOffsets([3], [2, 3])]).toEqual([0, 1, 2, 0, 1, 2]);
    expect([...batchOffsets([], [2, 2])]).toEqual([0, 0, 0, 0]);
  });

  it('has one entry for a single matrix', () => {
    expect([...batchOffsets([], [])]).toEqual([0]);
  });
});
