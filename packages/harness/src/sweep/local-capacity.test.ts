import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config/index.js';
import { bytesOfJob } from './job-memory.js';
import { localCapacity } from './local-capacity.js';

const GIB = 2 ** 30;
const jobs = (count: number, raw: object = {}) =>
  Array.from({ length: count }, (_, i) => ({
    ...{ name: `job${i}`, settings: {}, config: parseConfig(raw, 'test') },
  }));

describe('localCapacity', () => {
  const roomy = { cores: 8, freeBytes: 64 * GIB };

  it('takes a job a core, and gives what cores are left to few jobs', () => {
    expect(localCapacity(jobs(20), ['predict'], roomy)).toEqual({
      ...{ jobs: 8, threads: 1, limit: 'cores' },
    });
    expect(localCapacity(jobs(3), ['predict'], roomy)).toEqual({
      ...{ jobs: 3, threads: 2, limit: 'jobs' },
    });
  });

  it('divides the cores by the threads that jobs ask for', () => {
    const threaded = jobs(20, { workers: 4 });
    expect(localCapacity(threaded, ['predict'], roomy)).toMatchObject({ jobs: 2, threads: 4 });
    expect(localCapacity(jobs(20), ['predict'], roomy, { threads: 3 })).toMatchObject({
      ...{ jobs: 2, threads: 3 },
    });
  });

  it('takes no more than free memory holds, and never none', () => {
    const big = { train: { batch: 16, model: { depth: 24, width: 256, tokens: 256, heads: 4 } } };
    const bytes = bytesOfJob(parseConfig(big, 'test'), ['train']);
    expect(bytes).toBeGreaterThan(4 * GIB);
    const tight = { cores: 8, freeBytes: 3 * bytes };
    expect(localCapacity(jobs(20, big), ['train'], tight)).toMatchObject({
      ...{ jobs: 2, limit: 'memory' },
    });
    expect(localCapacity(jobs(20, big), ['train'], { cores: 8, freeBytes: 0 }).jobs).toBe(1);
  });

  it('takes what was asked for', () => {
    expect(localCapacity(jobs(20), ['predict'], roomy, { jobs: 30 })).toEqual({
      ...{ jobs: 30, threads: 1, limit: 'asked' },
    });
  });
});
