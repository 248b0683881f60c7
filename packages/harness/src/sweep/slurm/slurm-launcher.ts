import { clearOutcome, readOutcome } from '../job-outcome.js';
import type { JobEnd, Launcher, LaunchOptions } from '../launcher.js';
import type { SweepDirectory } from '../sweep-directory.js';
import type { SlurmSettings } from '../sweep-schema.js';
import { SlurmArrays } from './arrays.js';
import { isLive, queuedTasks, type QueuedTask } from './queue.js';
import { runProgram, type RunProgram } from './run-program.js';
import { submit } from './submit.js';

/** Pauses between two looks at the queue: short after something happened, then longer. */
const SHORTEST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const PAUSE_GROWTH = 1.5;

/**
 * A record written elsewhere, or a task that a busy Slurm puts back into its queue, shows here after this
 * long at the latest.
 */
const FILE_DELAY_MS = 15_000;

/** Slurm may be out of reach for this long. */
const SILENT_MS = 5 * 60_000;

export interface SlurmOptions {
  sweep: SweepDirectory;
  settings: SlurmSettings;
  /** The words that start a job's process, before the folder of the sweep. */
  program: readonly string[];
  /** Jobs at once; as many as there is room for where there is none. */
  most?: number;
  threads: number;
  /** Times a job that Slurm ended is submitted again. */
  retries: number;
  run?: RunProgram;
}

/** A job's place in the queue. */
interface Place {
  array: string;
  task: number;
  /** Since when the queue has it no more, in ms. */
  goneSince?: number;
}

/** What Slurm's states say to a person. */
const REASONS: Record<string, string> = {
  TIMEOUT: 'ended by Slurm at its time limit (--time)',
  DEADLINE: 'ended by Slurm at its deadline',
  NODE_FAIL: 'its node failed',
  BOOT_FAIL: 'its node did not boot',
  OUT_OF_MEMORY: 'out of memory: give more by --sbatch=--mem=…',
  PREEMPTED: 'preempted by another job',
  CANCELLED: 'cancelled in Slurm',
};

/** How a task that left no record ended, by its last state in the queue. */
export function endOfTask(job: string, task: QueuedTask | undefined, log: string): JobEnd {
  const known = task === undefined ? undefined : REASONS[task.state];
  if (task?.state === 'CANCELLED' || task?.state === 'OUT_OF_MEMORY') {
    return { job, how: 'failed', reason: known };
  }
  const state = task === undefined ? '' : ` as ${task.state}`;
  const reason =
    known ?? `killed, or never begun: it left the queue${state} without a word (${log})`;
  return { job, how: 'killed', reason };
}

/** Waits, but no longer than until one of the signals is aborted. */
function pause(ms: number, signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    for (const signal of signals) signal.addEventListener('abort', wake);
    if (signals.some(({ aborted }) => aborted)) wake();
  });
}

/**
 * Gives jobs to Slurm as job arrays and watches the queue; what jobs leave is read from the shared file
 * system. An interruption leaves the arrays there: the next launch finds its jobs in the queue again
 * instead of submitting them.
 */
export function slurmLauncher(options: SlurmOptions): Launcher {
  const { sweep, retries, threads, run = runProgram } = options;
  const arrays = new SlurmArrays(sweep);
  const open = new Map<string, Place>();
  const log = ({ array, task }: Place) => arrays.path(array, `_${task}.log`);
  const used = () => [...new Set([...open.values()].map(({ array }) => array))];

  async function give(jobs: readonly string[], say: (line: string) => void): Promise<void> {
    for (const job of jobs) clearOutcome(sweep, job);
    for (const { array, id } of await submit(jobs, arrays, { ...options, run })) {
      const own = arrays.jobs(array);
      own.forEach((job, task) => open.set(job, { array, task }));
      say(`Slurm: ${own.length} ${own.length === 1 ? 'job' : 'jobs'} submitted as array ${id}`);
    }
  }

  /** Finds the jobs that wait or run already. */
  async function attach(jobs: readonly string[]): Promise<number> {
    const wanted = new Set(jobs);
    const live = (await queuedTasks(arrays.names(), run)).filter(isLive);
    for (const { array, task } of live) {
      const job = arrays.jobs(array)[task];
      if (wanted.has(job)) open.set(job, { array, task });
    }
    return open.size;
  }

  /** How a job ended, or undefined while it has not. */
  function look(job: string, place: Place, tasks: readonly QueuedTask[]): JobEnd | undefined {
    const outcome = readOutcome(sweep, job);
    if (outcome?.status === 'done') return { job, how: 'done' };
    if (outcome?.status === 'failed') return { job, how: 'failed', reason: outcome.message };
    const task = tasks.find((own) => own.array === place.array && own.task === place.task);
    if (task !== undefined && isLive(task)) {
      place.goneSince = undefined;
      return undefined;
    }
    place.goneSince ??= Date.now();
    if (Date.now() - place.goneSince < FILE_DELAY_MS) return undefined;
    return endOfTask(job, task, log(place));
  }

  return {
    describe: () => {
      const most = options.most === undefined ? '' : `, ${options.most} at a time`;
      return `by Slurm${most}, ${threads === 1 ? '1 processor' : `${threads} processors`} each`;
    },
    interrupted: () =>
      open.size === 0
        ? 'What is complete is kept; the same command goes on from there.'
        : `${open.size} jobs stay in Slurm and go on. The same command comes back to them; to stop them: scancel --name=${used().join(',')}`,
    async launch(jobs, { signal, cancel, onEnd, say }: LaunchOptions) {
      const attached = await attach(jobs);
      if (attached > 0) say(`Slurm: ${attached} of the jobs are in the queue already`);
      const fresh = jobs.filter((job) => !open.has(job));
      if (fresh.length > 0 && !signal.aborted) await give(fresh, say);
      const tries = new Map<string, number>();
      let wait = SHORTEST_PAUSE_MS;
      let silentSince: number | undefined;
      while (open.size > 0 && !signal.aborted) {
        if (cancel.aborted) {
          await run('scancel', [`--name=${used().join(',')}`]);
          for (const job of open.keys()) onEnd({ job, how: 'interrupted' });
          open.clear();
          return;
        }
        let tasks: QueuedTask[];
        try {
          tasks = await queuedTasks(used(), run);
          silentSince = undefined;
        } catch (error) {
          silentSince ??= Date.now();
          if (Date.now() - silentSince > SILENT_MS) throw error;
          await pause(LONGEST_PAUSE_MS, [signal, cancel]);
          continue;
        }
        const again: string[] = [];
        let happened = false;
        for (const [job, place] of [...open]) {
          const end = look(job, place, tasks);
          if (end === undefined) continue;
          happened = true;
          open.delete(job);
          const tried = tries.get(job) ?? 0;
          if (end.how === 'killed' && tried < retries && !cancel.aborted) {
            tries.set(job, tried + 1);
            say(`${job}: ${end.reason}; submitting it again`);
            again.push(job);
          } else onEnd(end);
        }
        if (again.length > 0) await give(again, say);
        wait = happened ? SHORTEST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, wait * PAUSE_GROWTH);
        if (open.size > 0) await pause(wait, [signal, cancel]);
      }
    },
  };
}

/**
 * The jobs of a sweep that are in Slurm's queue: nothing else may begin them.
 *
 * @throws Failure when jobs were given to Slurm and it cannot be asked about them
 */
export async function jobsInSlurm(
  sweep: SweepDirectory,
  run: RunProgram = runProgram,
): Promise<string[]> {
  const arrays = new SlurmArrays(sweep);
  const names = arrays.names();
  if (names.length === 0) return [];
  const live = (await queuedTasks(names, run)).filter(isLive);
  return live.map(({ array, task }) => arrays.jobs(array)[task]);
}
