import { rmSync } from 'node:fs';
import { usageFailure } from '../../failure.js';
import { atomicWrite } from '../../run/index.js';
import type { SweepDirectory } from '../sweep-directory.js';
import type { SlurmSettings } from '../sweep-schema.js';
import type { SlurmArrays } from './arrays.js';
import { batchScript } from './batch-script.js';
import type { RunProgram } from './run-program.js';

/** Tasks of one array, where Slurm does not say how many it takes: its own default. */
const USUAL_MOST = 1001;

/** How jobs are submitted. */
export interface SubmitOptions {
  sweep: SweepDirectory;
  settings: SlurmSettings;
  /** The words that start a job's process, before the folder of the sweep. */
  program: readonly string[];
  /** Tasks at once. */
  most?: number;
  threads: number;
  run: RunProgram;
}

/** Tasks that one array may have. */
async function largestArray(run: RunProgram): Promise<number> {
  const { code, stdout } = await run('scontrol', ['show', 'config']);
  const most = /^MaxArraySize\s*=\s*(\d+)/m.exec(stdout)?.[1];
  return code === 0 && most !== undefined ? Math.max(1, Number(most)) : USUAL_MOST;
}

/**
 * Submits jobs as job arrays, as few as Slurm takes.
 *
 * @returns the arrays' names, and the numbers that Slurm gave them
 * @throws Failure (exit code 2) when Slurm refuses, with its words
 */
export async function submit(
  jobs: readonly string[],
  arrays: SlurmArrays,
  { sweep, settings, program, most, threads, run }: SubmitOptions,
): Promise<{ array: string; id: string }[]> {
  const size = await largestArray(run);
  const submitted: { array: string; id: string }[] = [];
  for (let at = 0; at < jobs.length; at += size) {
    const own = jobs.slice(at, at + size);
    const array = arrays.add(own);
    const script = batchScript({
      name: array,
      tasks: own.length,
      most,
      settings,
      folder: process.cwd(),
      jobs: arrays.jobsPath(array),
      // A per cent sign begins a pattern there.
      output: arrays.path(array, '').replaceAll('%', '%%') + '_%a.log',
      logs: sweep.path('logs'),
      program: [...program, sweep.root],
      threads,
    });
    const path = arrays.path(array, '.sbatch');
    atomicWrite(path, script);
    const { code, stdout, stderr } = await run('sbatch', ['--parsable', path]);
    if (code !== 0) {
      for (const left of [arrays.jobsPath(array), path]) rmSync(left, { force: true });
      throw usageFailure(
        `--launcher slurm: sbatch refused the jobs: ${stderr.trim() || `exit code ${code}`}. Correct partition, time or --sbatch options; the script was:\n${script.trimEnd()}`,
      );
    }
    submitted.push({ array, id: stdout.trim().split(';')[0] });
  }
  return submitted;
}
