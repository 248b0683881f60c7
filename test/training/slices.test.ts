import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../support/repository.ts';

const CHILD = `${ROOT}test/training/compare-threads.mjs`;

describe('slices of a batch', () => {
  test.each([
    {},
    { settings: { optimizer: 'adamw', dropout: 0.2 } },
    { settings: { optimizer: 'sgd', accumulate: 2 } },
    { settings: { optimizer: 'sgd', momentum: 0, accumulate: 2, dropout: 0.1 } },
    { checkpointing: true, settings: { dropout: 0.1 } },
    { tiedEmbeddings: true },
  ])('give the same bits, computed by one thread or by three: %o', async (made) => {
    // Ends by itself: no thread is left.
    const { stdout } = await promisify(execFile)(process.execPath, [CHILD, JSON.stringify(made)]);
    const elsewhere = JSON.parse(stdout) as { one: number; three: number };
    expect(elsewhere.one).toBe(0);
    expect(elsewhere.three).toBeGreaterThan(0);
  });
});
