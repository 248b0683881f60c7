import { EXIT, Failure, interruption } from '../failure.js';
import { lockRun } from '../run/index.js';
import type { Reporter } from '../progress/reporter.js';
import { isJobDone } from './is-job-done.js';
import type { JobEnd, Launcher } from './launcher.js';
import type { SweepJob } from './plan-sweep.js';
import type { SweepDirectory } from './sweep-directory.js';
import type { SweepRequest } from './sweep-request.js';
import type { SweepSummary } from './sweep-summary.js';
import { writeSummary } from './write-summary.js';

export interface RunSweepOptions {
  request: SweepRequest;
  jobs: readonly SweepJob[];
  /** Makes the launcher of the jobs that are to be done. */
  launcher: (pending: readonly SweepJob[]) => Promise<Launcher> | Launcher;
  /** Ends at the first job that fails. */
  failFast: boolean;
  reporter: Reporter;
  signal: AbortSignal;
}

/** How a sweep ended. */
export interface SweepEnd {
  exitCode: number;
  summary: SweepSummary;
  /** The jobs that did not complete. */
  failed: JobEnd[];
}

/** The jobs that are not complete. */
export function pendingJobs(
  sweep: SweepDirectory,
  jobs: readonly SweepJob[],
  { commands }: Pick<SweepRequest, 'commands'>,
): SweepJob[] {
  return jobs.filter(({ name, config }) => !isJobDone(sweep.runPath(name), config, commands));
}

/** Runs the jobs that are to be done, and says which fail as they do. */
async function runJobs(
  sweep: SweepDirectory,
  pending: readonly SweepJob[],
  { launcher: make, failFast, reporter, signal }: RunSweepOptions,
): Promise<JobEnd[]> {
  const launcher = await make(pending);
  reporter.line(`${launcher.describe()}`);
  const progress = reporter.task('jobs', pending.length);
  const failed: JobEnd[] = [];
  const cancel = new AbortController();
  try {
    await launcher.launch(
      pending.map(({ name }) => name),
      {
        signal,
        cancel: cancel.signal,
        say: (line) => reporter.line(line),
        onEnd: (end) => {
          if (end.how === 'done') return progress.advance(1, end.job);
          failed.push(end);
          if (end.how === 'interrupted') return;
          progress.advance(1, end.job);
          const { job, how, reason = 'no reason known' } = end;
          reporter.warn(
            `job ${job} ${how === 'killed' ? 'was ' : 'failed: '}${reason}\n  log: ${sweep.logPath(job)}`,
          );
          if (failFast) cancel.abort();
        },
      },
    );
  } finally {
    progress.done();
  }
  if (signal.aborted) {
    const { message, exitCode } = interruption(signal);
    throw new Failure(`${message.split('.')[0]}. ${launcher.interrupted()}`, exitCode);
  }
  return failed;
}

/**
 * Runs what is missing of a sweep and gathers the numbers of all of it.
 *
 * @throws Failure when another process uses the directory, jobs cannot be started, or on interruption
 */
export async function runSweep(sweep: SweepDirectory, options: RunSweepOptions): Promise<SweepEnd> {
  const { request, jobs, reporter } = options;
  sweep.make();
  const unlock = lockRun(sweep);
  process.once('exit', unlock);
  try {
    sweep.writePlan(request, jobs);
    const pending = pendingJobs(sweep, jobs, request);
    const done = jobs.length - pending.length;
    reporter.line(`sweep ${request.name}: ${jobs.length} jobs, ${done} done already`);
    const failed = pending.length > 0 ? await runJobs(sweep, pending, options) : [];
    const summary = writeSummary(sweep);
    const complete = summary.jobs.every(({ state }) => state === 'done');
    return { exitCode: complete ? EXIT.done : EXIT.inconclusive, summary, failed };
  } catch (error) {
    if (error instanceof Failure && error.exitCode === EXIT.usage) sweep.removeIfUnused();
    throw error;
  } finally {
    process.off('exit', unlock);
    unlock();
  }
}
