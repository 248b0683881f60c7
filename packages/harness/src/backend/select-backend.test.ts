import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EXIT } from '../failure.js';
import { selectBackend } from './select-backend.js';

const broken = () => Promise.reject(new Error('startIt: no such thing.'));
const started = (version: string) => () => Promise.resolve({ version, notes: [] });
const bare = { installed: () => false, preferred: () => undefined };

describe('selectBackend', () => {
  afterEach(() => vi.restoreAllMocks());

  it('takes wasm with SIMD and both patches where TensorFlow is not installed', async () => {
    const selected = await selectBackend('auto');
    expect(selected).toMatchObject({ name: 'wasm', simd: true, notes: [] });
    expect(selected.reason).toContain('TensorFlow is not installed');
    expect(tf.getBackend()).toBe('wasm');
  });

  it('takes TensorFlow where it is installed', async () => {
    const starts = { ...bare, installed: () => true, tensorflow: started('2.21.0') };
    expect(await selectBackend('auto', starts)).toEqual({
      ...{ name: 'tensorflow', simd: true, version: '2.21.0', notes: [] },
      reason: 'installed, and the fastest',
    });
  });

  it('passes over a TensorFlow that does not start, and says so', async () => {
    const selected = await selectBackend('auto', {
      ...{ ...bare, installed: () => true, tensorflow: broken },
    });
    expect(selected.name).toBe('wasm');
    expect(selected.reason).toContain('TensorFlow does not start');
    expect(selected.notes).toEqual(['tensorflow does not start here: no such thing.']);
  });

  it('takes what the user chose before what is fastest', async () => {
    const starts = { ...bare, installed: () => true, tensorflow: started('2.21.0') };
    const selected = await selectBackend('auto', { ...starts, preferred: () => 'wasm' });
    expect(selected).toMatchObject({ name: 'wasm', reason: 'chosen by shaped backend use' });
    const other = await selectBackend('auto', { ...starts, wasm: broken, preferred: () => 'wasm' });
    expect(other).toMatchObject({ name: 'tensorflow', notes: [expect.stringContaining('wasm')] });
  });

  it('takes cpu when asked, and says that it is slow', async () => {
    const selected = await selectBackend('cpu');
    expect(selected.name).toBe('cpu');
    expect(selected.notes.join()).toContain('slow');
    expect(tf.getBackend()).toBe('cpu');
  });

  it('falls back to cpu and says why when wasm does not start', async () => {
    const selected = await selectBackend('auto', { ...bare, wasm: broken });
    expect(selected.name).toBe('cpu');
    expect(selected.reason).toContain('wasm does not start here: no such thing.');
    expect(selected.notes.join()).toContain('slow');
  });

  it.each(['wasm', 'tensorflow'] as const)(
    'fails when %s was asked for and does not start',
    async (choice) => {
      await expect(selectBackend(choice, { [choice]: broken })).rejects.toMatchObject({
        exitCode: EXIT.failed,
        message: expect.stringMatching(
          new RegExp(`^selectBackend: expected ${choice} to start, got: no such thing\\. Use`),
        ) as string,
      });
    },
  );

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
