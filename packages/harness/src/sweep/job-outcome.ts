import { existsSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { atomicWrite } from '../run/index.js';
import type { SweepDirectory } from './sweep-directory.js';

/** How a job's process stands, in its own words: `outcomes/<job>.json`. */
export interface JobOutcome {
  /** A job that stands as running and is not there was killed. */
  status: 'running' | 'done' | 'failed' | 'interrupted';
  host: string;
  pid: number;
  /** ISO 8601, UTC. */
  start: string;
  end?: string;
  exitCode?: number;
  /** Why it did not complete. */
  message?: string;
}

const now = () => new Date().toISOString();

/** Records that this process begins a job. */
export function beginOutcome(sweep: SweepDirectory, job: string): JobOutcome {
  const outcome: JobOutcome = {
    status: 'running',
    host: hostname(),
    pid: process.pid,
    start: now(),
  };
  writeOutcome(sweep, job, outcome);
  return outcome;
}

/** Records how the job of this process ended. */
export function endOutcome(
  sweep: SweepDirectory,
  job: string,
  begun: JobOutcome,
  end: Pick<JobOutcome, 'exitCode' | 'message'> & {
    status: Exclude<JobOutcome['status'], 'running'>;
  },
): void {
  writeOutcome(sweep, job, { ...begun, ...end, end: now() });
}

function writeOutcome(sweep: SweepDirectory, job: string, outcome: JobOutcome): void {
  atomicWrite(sweep.outcomePath(job), `${JSON.stringify(outcome, null, 2)}\n`);
}

/** How a job stands; undefined where it was never begun, or its record is damaged. */
export function readOutcome(sweep: SweepDirectory, job: string): JobOutcome | undefined {
  const path = sweep.outcomePath(job);
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as JobOutcome;
  } catch {
    return undefined; // Of a file system that lost it: as good as none.
  }
}

/** Forgets how a job ended, before it is begun again. */
export function clearOutcome(sweep: SweepDirectory, job: string): void {
  rmSync(sweep.outcomePath(job), { force: true });
}
