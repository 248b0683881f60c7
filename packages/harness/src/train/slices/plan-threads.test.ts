import { architecture } from '@shaped/sde';
import { describe, expect, it } from 'vitest';
import { threadMemory } from '../memory-estimate.js';
import { planThreads, type ThreadRequest } from './plan-threads.js';

const arch = architecture({ tokens: 128, width: 256, depth: 12, heads: 4, mask: 'causal' });
/** Four slices. */
const size = { arch, vocabulary: 4096, positions: true, batch: 8 };
const roomy = { cores: 8, available: 2 ** 36 };

const threadsOf = (changes: Partial<ThreadRequest>, room = roomy) =>
  planThreads(
    {
      ...{ size, backend: 'wasm', checkpointing: false, bytes: 1e9, workers: undefined },
      ...changes,
    },
    room,
  );

describe('planThreads', () => {
  it('takes a thread a core, but no more than there are slices', () => {
    expect(threadsOf({}).threads).toBe(4);
    expect(threadsOf({}, { ...roomy, cores: 2 }).threads).toBe(2);
    expect(threadsOf({}).line).toMatch(/^Threads: 4, about \d+ MiB for each but the first\.$/);
    expect(threadsOf({ size: { ...size, batch: 1 } })).toEqual({ threads: 1 });
  });

  it('takes as many as the configuration says', () => {
    expect(threadsOf({ workers: 0 })).toEqual({ threads: 1 });
    expect(threadsOf({ workers: 1 })).toEqual({ threads: 1 });
    expect(threadsOf({ workers: 3 }).threads).toBe(3);
    expect(threadsOf({ workers: 3 }, { ...roomy, cores: 1 }).threads).toBe(3);
  });

  it('takes as many as memory holds, and says where it holds one alone', () => {
    const each = threadMemory(size, false);
    const another = (threads: number) => ({ ...roomy, available: 1e9 + threads * each + 1 });
    expect(threadsOf({}, another(1)).threads).toBe(2);
    expect(threadsOf({}, another(2)).threads).toBe(3);
    const tight = threadsOf({}, another(0));
    expect(tight.threads).toBe(1);
    expect(tight.line).toMatch(/^Threads: 1, as there is no memory for another \(\d+ MiB\)\.$/);
    expect(threadsOf({ bytes: 2e9 }, another(0)).threads).toBe(1);
  });

  it('leaves other backends to their own threads', () => {
    expect(threadsOf({ backend: 'tensorflow' })).toEqual({ threads: 1 });
    expect(threadsOf({ backend: 'cpu' })).toEqual({ threads: 1 });
  });
});
