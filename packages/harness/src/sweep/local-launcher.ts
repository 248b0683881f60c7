import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { diskFailure, makeDirectory } from '../run/index.js';
import { clearOutcome, readOutcome } from './job-outcome.js';
import type { JobEnd, Launcher, LaunchOptions } from './launcher.js';
import type { SweepDirectory } from './sweep-directory.js';

/** A job that is asked to stop finishes what it has begun; one that does not in this time is killed. */
const STOP_MS = 20_000;

export interface LocalOptions {
  sweep: SweepDirectory;
  /** The words that start a job's process, before the name of the job. */
  program: readonly [string, ...string[]];
  env: NodeJS.ProcessEnv;
  /** Jobs at once. */
  jobs: number;
  /** Threads of each. */
  threads: number;
  /** Times a job that was killed is begun again. */
  retries: number;
}

/** Starts a job's process, with its log for output; it ends when this process does. */
function start(job: string, { sweep, program, env, threads }: LocalOptions): ChildProcess {
  clearOutcome(sweep, job);
  const path = sweep.logPath(job);
  let log: number;
  try {
    makeDirectory(dirname(path));
    log = openSync(path, 'a');
  } catch (cause) {
    throw diskFailure('write', path, cause);
  }
  try {
    const [command, ...words] = program;
    return spawn(command, [...words, sweep.root, job, String(threads)], {
      env,
      // The channel tells the job when this process is gone. Its group is its own: Ctrl-C on the
      // terminal is for this process, which passes it on.
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    });
  } finally {
    closeSync(log);
  }
}

/** How a process ended, by its own record, or by the signal that ended it. */
function endOf(
  job: string,
  { code, signal }: { code: number | null; signal: NodeJS.Signals | null },
  sweep: SweepDirectory,
): JobEnd {
  const outcome = readOutcome(sweep, job);
  if (outcome?.status === 'done') return { job, how: 'done' };
  if (outcome?.status === 'failed') return { job, how: 'failed', reason: outcome.message };
  if (outcome?.status === 'interrupted') {
    return { job, how: 'interrupted', reason: outcome.message };
  }
  if (signal !== null) {
    const memory = signal === 'SIGKILL' ? ', by hand or for lack of memory' : '';
    return { job, how: 'killed', reason: `killed by ${signal}${memory}` };
  }
  return { job, how: 'failed', reason: `ended with exit code ${code} and no word` };
}

/** Runs jobs as processes of this machine, so many at a time, each with a backend of its own. */
export function localLauncher(options: LocalOptions): Launcher {
  const { sweep, jobs: most, threads, retries } = options;
  const running = new Set<ChildProcess>();

  async function attempt(job: string, stopped: () => boolean): Promise<JobEnd> {
    const child = start(job, options);
    running.add(child);
    if (stopped()) child.kill('SIGTERM');
    return new Promise<JobEnd>((resolve) => {
      child.once('error', ({ message }) => {
        running.delete(child);
        resolve({ job, how: 'failed', reason: `cannot be started: ${message}` });
      });
      child.once('exit', (code, signal) => {
        running.delete(child);
        resolve(endOf(job, { code, signal }, sweep));
      });
    });
  }

  return {
    describe: () => {
      const each = threads === 1 ? '' : `, ${threads} threads each`;
      return `${most} at a time on this machine${each}`;
    },
    interrupted: () => 'What is complete is kept; the same command goes on from there.',
    async launch(names, { signal, cancel, onEnd }: LaunchOptions) {
      const stopped = () => signal.aborted || cancel.aborted;
      let late: NodeJS.Timeout | undefined;
      const stop = () => {
        for (const child of running) child.kill('SIGTERM');
        late ??= setTimeout(() => running.forEach((child) => child.kill('SIGKILL')), STOP_MS);
      };
      // A second Ctrl-C ends this process at once: nothing may outlive it.
      const leave = () => running.forEach((child) => child.kill('SIGKILL'));
      process.once('exit', leave);
      for (const each of [signal, cancel]) each.addEventListener('abort', stop, { once: true });
      const rest = names.values();
      const hands = Array.from({ length: Math.min(most, names.length) }, async () => {
        for (const job of rest) {
          for (let tries = 0; !stopped(); tries++) {
            const end = await attempt(job, stopped);
            if (end.how === 'killed' && tries < retries && !stopped()) continue;
            onEnd(end.how === 'killed' && stopped() ? { job, how: 'interrupted' } : end);
            break;
          }
        }
      });
      try {
        const ended = await Promise.allSettled(hands);
        const refused = ended.find((hand) => hand.status === 'rejected');
        if (refused !== undefined) throw refused.reason;
      } finally {
        clearTimeout(late);
        process.off('exit', leave);
        for (const each of [signal, cancel]) each.removeEventListener('abort', stop);
      }
    },
  };
}
