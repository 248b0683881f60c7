import { existsSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/index.js';
import { corpusHash } from '../data/index.js';
import { EXIT } from '../failure.js';
import { isRunning, lockOwner, readManifest, RunDirectory, stepDigest } from '../run/index.js';
import { isCommandDone } from './is-job-done.js';
import { beginOutcome, endOutcome } from './job-outcome.js';
import { ADVICE_FILE, stepsOf, type SweepCommand } from './sweep-command.js';
import type { SweepDirectory } from './sweep-directory.js';

/** A process of an earlier attempt that is still ending gets this long, in ms. */
const LEAVE_MS = 60_000;
const POLL_MS = 100;

/** Runs one command line and returns its exit code; `said` is given what it writes as its error. */
export type Invoke = (argv: readonly string[], said: (text: string) => void) => Promise<number>;

export interface JobOptions {
  /** Threads of the job, where its configuration leaves the choice. */
  threads: number;
  invoke: Invoke;
  /** Whether a command has an option. */
  hasOption: (command: string, option: string) => boolean;
}

/**
 * Waits for an earlier attempt at the same job to be gone, which a killed sweep may have left, and
 * removes the lock of one on another machine: whoever started this attempt knows that it ended.
 */
async function takeOver(run: string): Promise<void> {
  const lock = join(run, '.lock');
  const until = Date.now() + LEAVE_MS;
  while (existsSync(lock)) {
    const owner = lockOwner(lock);
    if (owner?.host === hostname() && isRunning(owner) && Date.now() < until) {
      await new Promise((wake) => setTimeout(wake, POLL_MS));
      continue;
    }
    if (owner?.host !== hostname()) rmSync(lock, { force: true });
    return;
  }
}

/** Whether a step of a command was begun for this configuration and text, and not completed. */
function isBegun(run: RunDirectory, config: Config, command: SweepCommand): boolean {
  const { steps } = readManifest(run);
  return stepsOf(command).some((step) => {
    const record = steps[step];
    const digest = stepDigest(step, config, corpusHash(step, config));
    return record !== undefined && record.end === undefined && record.digest === digest;
  });
}

/** The last message of a command, without the command's name. */
const reasonOf = (text: string) => text.trim().replace(/^shaped [\w-]+: /, '');

/**
 * Makes what is missing of one job, command by command, in this process, and records how it ended in
 * `outcomes/<job>.json`. Returns the exit code: 0 done, 1 failed, 130 or 143 interrupted.
 */
export async function runJob(
  sweep: SweepDirectory,
  job: string,
  { threads, invoke, hasOption }: JobOptions,
): Promise<number> {
  const begun = beginOutcome(sweep, job);
  const path = sweep.runPath(job);
  try {
    const { commands } = sweep.plan();
    const config = sweep.config(job);
    await takeOver(path);
    for (const command of commands) {
      if (isCommandDone(path, config, command)) continue;
      // What a command leaves is complete for this configuration only if it is newer than that.
      const run = RunDirectory.create(path, config);
      if (command === 'advise') rmSync(run.path(ADVICE_FILE), { force: true });
      const argv = [command, '--config', sweep.configPath(job), '--out', path];
      if (config.workers === undefined) argv.push('--workers', String(threads > 1 ? threads : 0));
      if (hasOption(command, 'resume') && isBegun(run, config, command)) argv.push('--resume');
      let said = '';
      const exitCode = await invoke(argv, (text) => (said = text));
      const interrupted = exitCode === EXIT.interrupted || exitCode === EXIT.terminated;
      if (!interrupted && isCommandDone(path, config, command)) continue;
      const message = reasonOf(said) || `shaped ${command} ended with exit code ${exitCode}`;
      endOutcome(sweep, job, begun, {
        status: interrupted ? 'interrupted' : 'failed',
        exitCode,
        message,
      });
      return interrupted ? exitCode : EXIT.failed;
    }
    endOutcome(sweep, job, begun, { status: 'done', exitCode: EXIT.done });
    return EXIT.done;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    endOutcome(sweep, job, begun, { status: 'failed', exitCode: EXIT.failed, message });
    return EXIT.failed;
  }
}
