import type { SlurmSettings } from '../sweep-schema.js';

/** One job array. */
export interface BatchArray {
  name: string;
  /** Its tasks, from 0 on. */
  tasks: number;
  /** Tasks at once; as many as the cluster has room for where there is none. */
  most?: number;
  settings: SlurmSettings;
  /** The current folder of the jobs, which paths in configurations start from. */
  folder: string;
  /** A file with the name of one job a line, in the order of the tasks. */
  jobs: string;
  /** Where what Slurm itself says of a task goes; `%a` is the task. */
  output: string;
  /** The folder of the jobs' own logs. */
  logs: string;
  /** The words that start a job's process: the job comes between these and the threads. */
  program: readonly string[];
  threads: number;
}

/** A word as the shell takes it literally. */
export const shellWord = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * The script of a job array. Every task finds its job by its number and becomes the job's process, so
 * that Slurm's signals reach it: SIGTERM at the time limit, some seconds before the end.
 */
export function batchScript(array: BatchArray): string {
  const { name, tasks, most, settings, folder, jobs, output, logs, program, threads } = array;
  const throttle = most === undefined ? '' : `%${most}`;
  const options = [
    `--job-name=${name}`,
    `--array=0-${tasks - 1}${throttle}`,
    `--cpus-per-task=${settings.cpus ?? 1}`,
    '--requeue',
    '--open-mode=append',
    `--output=${output}`,
    `--chdir=${folder}`,
    ...(settings.partition === undefined ? [] : [`--partition=${settings.partition}`]),
    ...(settings.time === undefined ? [] : [`--time=${settings.time}`]),
    ...settings.options,
  ];
  return [
    '#!/bin/bash',
    ...options.map((option) => `#SBATCH ${quoted(option)}`),
    `job=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" ${shellWord(jobs)})`,
    `log=${shellWord(logs)}/$job.log`,
    `exec ${program.map(shellWord).join(' ')} "$job" ${threads} >>"$log" 2>&1`,
    '',
  ].join('\n');
}

/** An option of a script's head, its value quoted where it has blanks. */
function quoted(option: string): string {
  const at = option.indexOf('=');
  if (at < 0 || !/\s/.test(option.slice(at))) return option;
  return `${option.slice(0, at)}="${option.slice(at + 1)}"`;
}
