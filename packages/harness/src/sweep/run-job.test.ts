import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../config/index.js';
import { beginStep, completeStep, RunDirectory, stepDigest } from '../run/index.js';
import { readOutcome } from './job-outcome.js';
import { planSweep } from './plan-sweep.js';
import { readSweep } from './read-sweep.js';
import { runJob, type Invoke } from './run-job.js';
import { SweepDirectory } from './sweep-directory.js';

const JOB = 'seed=3';

let sweep: SweepDirectory;
let config: Config;
let run: string;
beforeEach(() => {
  sweep = SweepDirectory.at(mkdtempSync(join(tmpdir(), 'shaped-job-')));
  const request = readSweep(undefined, { commands: ['train'], seeds: '3,' });
  const jobs = planSweep(request);
  sweep.writePlan(request, jobs);
  ({ config } = jobs[0]);
  run = sweep.runPath(JOB);
});
afterEach(() => rmSync(sweep.root, { recursive: true }));

const digest = () => stepDigest('train', config);

/** A training that was begun and not completed. */
const begin = (other = digest()) => beginStep(RunDirectory.create(run, config), 'train', other);

/** What a command does: it completes its step, or ends with another code and says why. */
const command = (calls: (readonly string[])[], exitCode = 0, message = ''): Invoke => {
  return (argv, said) => {
    calls.push(argv);
    if (message !== '') said(message);
    if (exitCode === 0) {
      begin();
      completeStep(RunDirectory.open(run), 'train');
    }
    return Promise.resolve(exitCode);
  };
};

const start = (invoke: Invoke, hasOption = true) =>
  runJob(sweep, JOB, { threads: 1, invoke, hasOption: () => hasOption });

describe('runJob', () => {
  it('runs the command on the job’s configuration, and nothing when all is there', async () => {
    const calls: (readonly string[])[] = [];
    expect(await start(command(calls))).toBe(0);
    expect(calls).toEqual([
      ['train', '--config', sweep.configPath(JOB), '--out', run, '--workers', '0'],
    ]);
    expect(readOutcome(sweep, JOB)).toMatchObject({ status: 'done', exitCode: 0 });
    expect(await start(command(calls))).toBe(0);
    expect(calls).toHaveLength(1);
  });

  it('resumes what was begun for the same configuration, where the command can', async () => {
    const resumed = async (hasOption: boolean) => {
      const calls: (readonly string[])[] = [];
      await start(command(calls, 1), hasOption);
      return calls[0].includes('--resume');
    };
    begin();
    expect([await resumed(true), await resumed(false)]).toEqual([true, false]);
    begin('of another configuration');
    expect(await resumed(true)).toBe(false);
  });

  it.each([
    [1, 'failed', 1],
    [3, 'failed', 1],
    [130, 'interrupted', 130],
    [143, 'interrupted', 143],
  ])(
    'records exit code %i of a command that completed nothing as %s',
    async (code, status, own) => {
      expect(await start(command([], code, 'shaped train: no good.\n'))).toBe(own);
      expect(readOutcome(sweep, JOB)).toMatchObject({
        status,
        exitCode: code,
        message: 'no good.',
      });
    },
  );

  it('takes a completed command with another exit code for a result, as a verdict has one', async () => {
    const verdict: Invoke = async (argv, said) => {
      await command([])(argv, said);
      return 3;
    };
    expect(await start(verdict)).toBe(0);
    expect(readOutcome(sweep, JOB)?.status).toBe('done');
  });

  it('takes over the lock that another machine left', async () => {
    RunDirectory.create(run, config);
    writeFileSync(join(run, '.lock'), JSON.stringify({ pid: 1, host: 'a node that failed' }));
    expect(await start(command([]))).toBe(0);
    expect(existsSync(join(run, '.lock'))).toBe(false);
  });
});
