import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { beginOutcome, endOutcome } from '../job-outcome.js';
import type { JobEnd } from '../launcher.js';
import { SweepDirectory } from '../sweep-directory.js';
import { batchScript, shellWord } from './batch-script.js';
import { parseQueue } from './queue.js';
import type { RunProgram } from './run-program.js';
import { jobsInSlurm, slurmLauncher, type SlurmOptions } from './slurm-launcher.js';

let sweep: SweepDirectory;
beforeEach(() => {
  sweep = SweepDirectory.at(mkdtempSync(join(tmpdir(), 'shaped-slurm-')));
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(sweep.root, { recursive: true });
});

/** A Slurm of which every task stands as `states` says by its number of looks at the queue. */
class FakeSlurm {
  readonly calls: string[][] = [];
  readonly arrays: { name: string; tasks: number }[] = [];
  /** The state of a task at a look; undefined where the queue has it no more. */
  stateOf: (array: number, task: number) => string | undefined = () => 'RUNNING';
  largest = 1001;
  down = false;

  readonly run: RunProgram = (program, args) => {
    this.calls.push([program, ...args]);
    const answer = (stdout: string, code = 0, stderr = '') =>
      Promise.resolve({ code, stdout, stderr });
    if (program === 'scontrol') return answer(`MaxArraySize            = ${this.largest}\n`);
    if (program === 'sbatch') {
      const script = readFileSync(args[1], 'utf8');
      const [, name] = /--job-name=(\S+)/.exec(script) ?? [];
      const [, last] = /--array=0-(\d+)/.exec(script) ?? [];
      this.arrays.push({ name, tasks: Number(last) + 1 });
      return answer(`${100 + this.arrays.length}\n`);
    }
    if (program === 'scancel') return answer('');
    if (this.down)
      return answer('', 1, 'slurm_load_jobs error: Unable to contact slurm controller');
    const asked = args.find((arg) => arg.startsWith('--name='))?.slice('--name='.length);
    const lines = this.arrays.flatMap(({ name, tasks }, i) => {
      if (!asked?.split(',').includes(name)) return [];
      return Array.from({ length: tasks }, (_, task) => {
        const state = this.stateOf(i, task);
        return state === undefined ? '' : `${name}|${task}|${101 + i}|${state}|None`;
      });
    });
    return answer(lines.filter((line) => line !== '').join('\n'));
  };

  count = (program: string) => this.calls.filter(([name]) => name === program).length;
}

function launch(slurm: FakeSlurm, jobs: readonly string[], changes: Partial<SlurmOptions> = {}) {
  const [user, cancel] = [new AbortController(), new AbortController()];
  const ends: JobEnd[] = [];
  const said: string[] = [];
  const launcher = slurmLauncher({
    ...{ sweep, settings: { options: [] }, program: ['node', 'job.js'], threads: 1, retries: 1 },
    ...{ run: slurm.run, ...changes },
  });
  const done = launcher.launch(jobs, {
    ...{ signal: user.signal, cancel: cancel.signal },
    say: (line) => said.push(line),
    onEnd: (end) => ends.push(end),
  });
  return { launcher, done, user, cancel, ends, said };
}

const finish = (job: string, status: 'done' | 'failed' | 'interrupted', message?: string) =>
  endOutcome(sweep, job, beginOutcome(sweep, job), { status, message });

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

describe('the launcher on Slurm', () => {
  it('submits one array, and takes each job’s end from its own record', async () => {
    const slurm = new FakeSlurm();
    const { done, ends, said } = launch(slurm, ['a', 'b']);
    await pass(2);
    finish('a', 'done');
    finish('b', 'failed', 'Layer 1: not finite.');
    await pass(20);
    await done;
    expect(slurm.arrays).toEqual([
      { name: expect.stringMatching(/^shaped-.*-1$/) as string, tasks: 2 },
    ]);
    expect(said).toEqual(['Slurm: 2 jobs submitted as array 101']);
    expect(ends).toEqual([
      { job: 'a', how: 'done' },
      { job: 'b', how: 'failed', reason: 'Layer 1: not finite.' },
    ]);
  });

  it('makes several arrays where one may not have so many tasks', async () => {
    const slurm = new FakeSlurm();
    slurm.largest = 2;
    const jobs = ['a', 'b', 'c', 'd', 'e'];
    const { done, ends } = launch(slurm, jobs);
    await pass(1);
    for (const job of jobs) finish(job, 'done');
    await pass(20);
    await done;
    expect(slurm.arrays.map(({ tasks }) => tasks)).toEqual([2, 2, 1]);
    expect(ends.map(({ job }) => job)).toEqual(jobs);
  });

  it.each([
    ['TIMEOUT', 'ended by Slurm at its time limit'],
    ['NODE_FAIL', 'its node failed'],
    ['FAILED', 'killed, or never begun: it left the queue as FAILED'],
    [undefined, 'killed, or never begun: it left the queue without a word'],
  ])('submits a job that ended as %s again, as often as asked for', async (state, reason) => {
    const slurm = new FakeSlurm();
    slurm.stateOf = () => state;
    const { done, ends, said } = launch(slurm, ['a'], { retries: 1 });
    if (state === 'TIMEOUT') finish('a', 'interrupted', 'Terminated.');
    await pass(60);
    await done;
    expect(slurm.arrays).toHaveLength(2);
    expect(said[1]).toContain(`a: ${reason}`);
    expect(ends).toEqual([
      { job: 'a', how: 'killed', reason: expect.stringContaining(reason) as string },
    ]);
  });

  it.each([
    ['CANCELLED', 'cancelled in Slurm'],
    ['OUT_OF_MEMORY', 'out of memory'],
  ])('leaves a job that ended as %s alone', async (state, reason) => {
    const slurm = new FakeSlurm();
    slurm.stateOf = () => state;
    const { done, ends } = launch(slurm, ['a'], { retries: 5 });
    await pass(60);
    await done;
    expect(slurm.arrays).toHaveLength(1);
    expect(ends).toMatchObject([
      { how: 'failed', reason: expect.stringContaining(reason) as string },
    ]);
  });

  it('waits for a task that Slurm has put back into its queue', async () => {
    const slurm = new FakeSlurm();
    slurm.stateOf = () => 'PENDING';
    const { done, ends } = launch(slurm, ['a']);
    finish('a', 'interrupted', 'Terminated.');
    await pass(120);
    expect(ends).toEqual([]);
    finish('a', 'done');
    await pass(20);
    await done;
    expect([slurm.arrays.length, ends]).toEqual([1, [{ job: 'a', how: 'done' }]]);
  });

  it('leaves its jobs there when interrupted, and finds them again', async () => {
    const slurm = new FakeSlurm();
    const first = launch(slurm, ['a', 'b']);
    await pass(3);
    first.user.abort();
    await first.done;
    expect(first.launcher.interrupted()).toMatch(
      /^2 jobs stay in Slurm.*scancel --name=shaped-\w+-1$/,
    );
    expect([slurm.count('scancel'), first.ends]).toEqual([0, []]);
    expect(await jobsInSlurm(sweep, slurm.run)).toEqual(['a', 'b']);
    finish('a', 'done');
    slurm.stateOf = (_, task) => (task === 0 ? undefined : 'RUNNING');
    const again = launch(slurm, ['b', 'c']);
    await pass(3);
    for (const job of ['b', 'c']) finish(job, 'done');
    await pass(20);
    await again.done;
    expect(again.said).toEqual([
      'Slurm: 1 of the jobs are in the queue already',
      'Slurm: 1 job submitted as array 102',
    ]);
    expect(again.ends.map(({ job }) => job).sort()).toEqual(['b', 'c']);
  });

  it('cancels the rest when nothing more is wanted', async () => {
    const slurm = new FakeSlurm();
    const { done, cancel, ends } = launch(slurm, ['a', 'b']);
    await pass(1);
    cancel.abort();
    await pass(1);
    await done;
    expect(slurm.calls.at(-1)).toEqual(['scancel', `--name=${slurm.arrays[0].name}`]);
    expect(ends.map(({ how }) => how)).toEqual(['interrupted', 'interrupted']);
  });

  it('bears a Slurm that is out of reach for a while, but not for ever', async () => {
    const slurm = new FakeSlurm();
    const { done, ends } = launch(slurm, ['a']);
    await pass(1);
    slurm.down = true;
    await pass(100);
    slurm.down = false;
    finish('a', 'done');
    await pass(20);
    await done;
    expect(ends).toEqual([{ job: 'a', how: 'done' }]);
    const silent = launch(slurm, ['b']);
    const refused = expect(silent.done).rejects.toThrow(/squeue: .*Unable to contact slurm/);
    await pass(1);
    slurm.down = true;
    await pass(400);
    await refused;
  });

  it('shows why Slurm refuses, and keeps no array of it', async () => {
    const slurm = new FakeSlurm();
    const run: RunProgram = (program, args) =>
      program === 'sbatch'
        ? Promise.resolve({ code: 1, stdout: '', stderr: 'invalid partition specified: x' })
        : slurm.run(program, args);
    await expect(launch(slurm, ['a'], { run }).done).rejects.toThrow(
      /sbatch refused the jobs: invalid partition specified: x/,
    );
    expect(await jobsInSlurm(sweep, run)).toEqual([]);
    expect(existsSync(sweep.outcomePath('a'))).toBe(false);
  });
});

describe('the script of an array', () => {
  it('has its options, and becomes the job’s process', () => {
    const script = batchScript({
      ...{ name: 'shaped-1', tasks: 3, most: 2, threads: 4, folder: '/my work' },
      settings: { partition: 'gpu', time: 30, cpus: 4, options: ['--mem=4G', '--comment=it is'] },
      ...{
        jobs: "/it's/jobs",
        output: '/out/x_%a.log',
        logs: '/logs',
        program: ['node', 'job.js', '/my work'],
      },
    });
    expect(script.split('\n')).toEqual([
      '#!/bin/bash',
      '#SBATCH --job-name=shaped-1',
      '#SBATCH --array=0-2%2',
      '#SBATCH --cpus-per-task=4',
      '#SBATCH --requeue',
      '#SBATCH --open-mode=append',
      '#SBATCH --output=/out/x_%a.log',
      '#SBATCH --chdir="/my work"',
      '#SBATCH --partition=gpu',
      '#SBATCH --time=30',
      '#SBATCH --mem=4G',
      '#SBATCH --comment="it is"',
      `job=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" '/it'\\''s/jobs')`,
      "log='/logs'/$job.log",
      `exec 'node' 'job.js' '/my work' "$job" 4 >>"$log" 2>&1`,
      '',
    ]);
    expect(shellWord("a'b")).toBe(`'a'\\''b'`);
  });
});

describe('parseQueue', () => {
  it('reads tasks, whatever stands in a reason, and nothing else', () => {
    const text = 'shaped-1|3|12|PENDING|a|b\nshaped-1|N/A|13|RUNNING|None\n\nnoise\n';
    expect(parseQueue(text)).toEqual([
      { array: 'shaped-1', task: 3, id: '12_3', state: 'PENDING', reason: 'a|b' },
    ]);
  });
});
