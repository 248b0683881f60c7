import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { usageFailureOf } from '../testing/usage-failure-of.js';
import { configIdentity } from './config-identity.js';
import { planSweep, type SweepJob } from './plan-sweep.js';
import { readSweep } from './read-sweep.js';
import type { SweepRequest } from './sweep-request.js';

const request = (changes: Partial<SweepRequest> = {}): SweepRequest => ({
  ...{ name: 'test', commands: ['probe'], base: {}, grid: {}, zip: {}, list: [] },
  slurm: { options: [] },
  ...changes,
});

const known = (jobs: readonly SweepJob[]) =>
  new Map(jobs.map(({ name, config }) => [configIdentity(config), name]));
const names = (jobs: readonly SweepJob[]) => jobs.map(({ name }) => name);

describe('planSweep', () => {
  it('checks and completes the configuration of every job', () => {
    const jobs = planSweep(
      request({
        base: { model: { depth: 7 }, seed: 4 },
        grid: { 'model.gamma': [0, 1] },
        seeds: 2,
      }),
    );
    expect(names(jobs)).toEqual([
      'gamma=0_seed=4',
      'gamma=0_seed=5',
      'gamma=1_seed=4',
      'gamma=1_seed=5',
    ]);
    expect(jobs[3].config).toMatchObject({ seed: 5, model: { depth: 7, gamma: 1, tau0: 1 } });
  });

  it('reports the problems of all jobs together, each once, with the jobs that have it', () => {
    const wrong = request({
      base: { model: { dpth: 3 } },
      grid: { 'model.heads': [1, 3, 5, 7, 9], 'model.tau0': [1] },
    });
    const message = usageFailureOf(() => planSweep(wrong));
    expect(message).toMatch(/^test: \d problems in the configurations of 5 jobs\n/);
    expect(message.match(/model\.dpth: unknown key\. Did you mean model\.depth\?$/gm)).toHaveLength(
      1,
    );
    expect(message).toMatch(/model\.heads: expected .*, got 3\..*\(heads=3_tau0=1\)/);
  });

  it('looks at the rules of the command', () => {
    const map = request({ commands: ['map'], grid: { 'model.block': ['preLN'] } });
    expect(() => planSweep(map)).toThrow(/1 job/);
    expect(() => planSweep({ ...map, commands: ['probe'] })).not.toThrow();
  });

  it('knows jobs of an earlier plan by their configuration, whatever varies now', () => {
    const before = planSweep(request({ grid: { 'model.gamma': [0.1, 0.2] } }));
    const grid = { 'model.tau0': [1, 2], 'model.gamma': [0.1, 0.3] };
    expect(names(planSweep(request({ grid }), known(before)))).toEqual([
      'gamma=0.1',
      'gamma=0.3_tau0=1',
      'gamma=0.1_tau0=2',
      'gamma=0.3_tau0=2',
    ]);
  });

  it('gives no job the name of another configuration’s', () => {
    const grid = { 'model.gamma': [0.1] };
    const before = planSweep(request({ grid }));
    const deeper = planSweep(request({ grid, base: { model: { depth: 9 } } }), known(before));
    expect(names(deeper)[0]).toMatch(/^gamma=0\.1~[0-9a-f]{6}$/);
    const workers = planSweep(request({ grid, base: { workers: 2, name: 'x' } }), known(before));
    expect(names(workers)).toEqual(['gamma=0.1']);
  });

  it('refuses two jobs with one configuration', () => {
    const list = [{ 'model.gamma': 0.1 }, { 'model.gamma': 0.1, 'model.tau0': 1 }];
    expect(() => planSweep(request({ list }))).toThrow(
      /it has the configuration of gamma=0\.1\. Remove one/,
    );
  });
});

describe('the shipped sweeps', () => {
  const folder = fileURLToPath(new URL('../../../../configs/sweeps', import.meta.url));

  it.each(readdirSync(folder))('%s has no problem', (file) => {
    expect(planSweep(readSweep(join(folder, file))).length).toBeGreaterThan(1);
  });
});
