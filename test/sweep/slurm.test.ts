import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withoutSlurm } from '../support/ensure-slurm.ts';
import { INSTALL_TIMEOUT_MS } from '../support/ensure-tool.ts';
import { expectReadableOutput } from '../support/messages.ts';
import { damagedFiles, filesBelow } from '../support/run-files.ts';
import { scratch } from '../support/scratch.ts';
import { startSlurm, type SlurmCluster } from '../support/slurm-cluster.ts';
import {
  BASE,
  expectSameNumbers,
  isThere,
  outcome,
  runningJob,
  startSweep,
  sweep,
  sweepFile,
  TWELVE,
  until,
} from './sweep-files.ts';

const reason = withoutSlurm();
if (reason !== undefined) console.warn(`The tests on Slurm are left out: ${reason}.`);

const at = scratch();

describe.skipIf(reason !== undefined)('a sweep on Slurm', () => {
  let cluster: SlurmCluster;
  let file: string;
  const slurm = (...more: string[]) => ['--launcher', 'slurm', ...more];
  const options = () => ({ env: cluster.env });
  const queue = () => cluster.run('squeue', '--noheader', '--array', '--format=%F_%K %T').trim();

  beforeAll(async () => {
    cluster = await startSlurm();
    file = sweepFile(at('twelve.yaml'), TWELVE);
    const { code, stderr } = await sweep(file, at('local'), ['--jobs', '2']);
    expect(code, stderr).toBe(0);
  }, INSTALL_TIMEOUT_MS);
  afterAll(() => cluster?.stop());

  test('and on local processes gives the same bytes, through a kill, a requeue and a resume', async () => {
    const out = at('slurm');
    const started = startSweep(file, out, slurm('--retries', '0'), options());
    const [victim, { pid }] = await runningJob(out);
    process.kill(pid, 'SIGKILL');
    // Slurm itself ends another task and puts it back into its queue.
    const [requeued] = await runningJob(out, [victim]);
    const jobs = readFileSync(
      at(
        'slurm',
        'slurm',
        filesBelow(at('slurm', 'slurm')).find((n) => n.endsWith('.jobs'))!,
      ),
      'utf8',
    ).split('\n');
    const [array] = queue().split('_');
    cluster.run('scontrol', 'requeue', `${array}_${jobs.indexOf(requeued)}`);
    const ended = await started.ended;
    expectReadableOutput(ended);
    expect(ended.code, ended.stderr).toBe(3);
    expect(ended.stderr).toContain('Slurm: 12 jobs submitted as array ');
    expect(ended.stderr).toContain(`warning: job ${victim} was killed`);
    expect(ended.stderr).toContain(`log: ${at('slurm', 'logs', `${victim}.log`)}`);
    expect(ended.stdout, ended.stderr).toMatch(/^Jobs: +11 of 12 done; the same command begins/m);
    expect(outcome(out, requeued)?.status).toBe('done');

    const again = await sweep(file, out, slurm(), options());
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).toContain('12 jobs, 11 done already');
    expect(again.stderr).toContain('Slurm: 1 job submitted');
    expectSameNumbers(at('local'), out);
    for (const job of filesBelow(at('slurm', 'outcomes'))) {
      expect(damagedFiles(at('slurm', 'jobs', job.replace('.json', '')))).toEqual([]);
    }
  });

  test('goes on when its command is interrupted, and the same command comes back to it', async () => {
    const long = { 'predict.sdePaths': [2000, 2001, 2002] };
    const own = sweepFile(at('back.yaml'), { ...TWELVE, name: 'back', grid: long, seeds: 1 });
    const out = at('back');
    const started = startSweep(own, out, slurm(), options());
    const [, { pid }] = await runningJob(out);
    started.process.kill('SIGINT');
    const ended = await started.ended;
    expect(ended.code).toBe(130);
    expect(ended.stderr).toMatch(/jobs? stay in Slurm.*comes back to them.*scancel --name=shaped-/);
    expect(isThere(pid)).toBe(true);
    // Elsewhere nothing may begin what Slurm has.
    const local = await sweep(own, out, [], options());
    expect(local.code).toBe(2);
    expect(local.stderr).toMatch(/--launcher local: \d of the jobs are in Slurm's queue/);
    const again = await sweep(own, out, slurm(), options());
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).toMatch(/Slurm: \d of the jobs are in the queue already/);
    expect(again.stderr).not.toContain('submitted');
    expect(filesBelow(at('back', 'slurm')).filter((n) => n.endsWith('.jobs'))).toHaveLength(1);
  });

  test('shows what Slurm refuses, and leaves nothing behind in its queue', async () => {
    const { code, stderr } = await sweep(
      file,
      at('refused'),
      slurm('--partition', 'nowhere', '--sbatch=--comment=a b'),
      options(),
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/sbatch refused the jobs: .*invalid partition/i);
    expect(stderr).toContain('#SBATCH --comment="a b"');
    expect([queue(), existsSync(at('refused'))]).toEqual(['', false]);
  });

  test('stops the others at the first that fails, where asked to', async () => {
    // A slope that float32 cannot hold.
    const own = sweepFile(at('fast.yaml'), {
      ...{ name: 'fast', command: 'probe', config: BASE },
      grid: { 'model.cPlus': [1e40, 0, 0.1, 0.2, 0.3, 0.4] },
    });
    const { code, stderr } = await sweep(
      own,
      at('fast'),
      slurm('--fail-fast', '-j', '1'),
      options(),
    );
    expect(code, stderr).toBe(3);
    expect(stderr).toMatch(/job cPlus=1e\+40 failed: .*activation is not finite/);
    await until('an empty queue', () => queue() === '');
  });
});
