import { runProgram, type RunProgram } from './run-program.js';
import { Failure } from '../../failure.js';

/** One task of a job array, as Slurm's queue shows it. */
export interface QueuedTask {
  /** The name of its array. */
  array: string;
  /** Its number in the array. */
  task: number;
  /** The job that is cancelled by it, as `12_3`. */
  id: string;
  /** Slurm's own word, such as PENDING. */
  state: string;
  /** Why it waits or failed, in Slurm's words. */
  reason: string;
}

/** States of tasks that have ended; every other one may still run. */
const ENDED = new Set([
  ...['BOOT_FAIL', 'CANCELLED', 'COMPLETED', 'DEADLINE', 'FAILED', 'NODE_FAIL'],
  ...['OUT_OF_MEMORY', 'PREEMPTED', 'TIMEOUT', 'REVOKED'],
]);

/** Whether a task waits or runs. */
export const isLive = ({ state }: QueuedTask): boolean => !ENDED.has(state);

/** Array, task, job, state and reason of every line. */
const FORMAT = '%j|%K|%F|%T|%r';

/** The tasks of what `squeue --format=FORMAT` printed. */
export function parseQueue(text: string): QueuedTask[] {
  return text
    .split('\n')
    .map((line) => line.trim().split('|'))
    .filter((parts) => parts.length >= 5 && /^\d+$/.test(parts[1]))
    .map(([array, task, job, state, ...reason]) => ({
      array,
      task: Number(task),
      id: `${job}_${task}`,
      state,
      reason: reason.join('|'),
    }));
}

/**
 * The tasks of arrays that Slurm knows of; those that ended a while ago are gone from it.
 *
 * @throws Failure when Slurm does not answer
 */
export async function queuedTasks(
  arrays: readonly string[],
  run: RunProgram = runProgram,
): Promise<QueuedTask[]> {
  if (arrays.length === 0) return [];
  const { code, stdout, stderr } = await run('squeue', [
    ...['--noheader', '--array', '--states=all', `--format=${FORMAT}`],
    `--name=${arrays.join(',')}`,
  ]);
  if (code !== 0) {
    throw new Failure(
      `squeue: expected the state of the jobs, got: ${stderr.trim() || `exit code ${code}`}. Is Slurm up? The jobs go on by themselves; the same command comes back to them.`,
    );
  }
  return parseQueue(stdout);
}
