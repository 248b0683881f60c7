import { readFileSync } from 'node:fs';

/** Of the fields of `/proc/<pid>/stat` behind the name: the state, and the time of the start in clock ticks. */
const STATE_FIELD = 0;
const START_FIELD = 19;

/** States of a process that has ended: until its parent takes note of it, its number stays in use. */
const ENDED = ['Z', 'X'];

/** A process as a lock names it. */
export interface ProcessName {
  pid: number;
  /** {@link processStart} of it, where the system says: a later process may have its number. */
  start?: string;
}

/** The fields of a process; undefined outside of Linux, and for one that is gone. */
function fieldsOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may hold spaces and parentheses; the last parenthesis ends it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/**
 * What tells a process from a later one with the same number: the boot of the machine and the time
 * since then at which it started. Undefined where the system does not say (outside of Linux) and for
 * a process that is gone.
 */
export function processStart(pid: number): string | undefined {
  const fields = fieldsOf(pid);
  if (fields === undefined) return undefined;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot} ${fields[START_FIELD]}`;
}

/** Whether a process of this machine runs. */
export function isRunning({ pid, start }: ProcessName): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const state = fieldsOf(pid)?.[STATE_FIELD];
  if (state !== undefined && ENDED.includes(state)) return false;
  return start === undefined || start === processStart(pid);
}
