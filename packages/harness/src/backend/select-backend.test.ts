import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EXIT } from '../failure.js';
import { selectBackend } from './select-backend.js';

const broken = () => Promise.reject(new Error('no WebAssembly'));

describe('selectBackend', () => {
  afterEach(() => vi.restoreAllMocks());

  it('takes wasm with SIMD and both patches when left to itself', async () => {
    const selected = await selectBackend('auto');
    expect(selected).toMatchObject({ name: 'wasm', simd: true, notes: [] });
    expect(tf.getBackend()).toBe('wasm');
  });

  it('takes cpu when asked, and says that it is slow', async () => {
    const selected = await selectBackend('cpu');
    expect(selected.name).toBe('cpu');
    expect(selected.notes.join()).toContain('slow');
    expect(tf.getBackend()).toBe('cpu');
  });

  it('falls back to cpu and says why when wasm does not start', async () => {
    const selected = await selectBackend('auto', broken);
    expect(selected.name).toBe('cpu');
    expect(selected.reason).toContain('no WebAssembly');
  });

  it('fails when wasm was asked for and does not start', async () => {
    await expect(selectBackend('wasm', broken)).rejects.toMatchObject({
      exitCode: EXIT.failed,
      message: expect.stringContaining('no WebAssembly') as string,
    });
  });

  it('prints nothing, and leaves no error handler in the process', async () => {
    const spies = (['log', 'warn', 'error', 'info'] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation(() => undefined),
    );
    const before = process.listenerCount('uncaughtException');
    for (const choice of ['cpu', 'wasm'] as const) {
      await selectBackend(choice);
      tf.tidy(() => tf.sum(tf.ones([2, 2])).dataSync());
    }
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    expect(process.listenerCount('uncaughtException')).toBe(before);
  });
});
