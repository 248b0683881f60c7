import { readFileSync } from 'node:fs';

/** Of the fields of `/proc/<pid>/stat` behind the name: the time of the start, in clock ticks. */
const START_FIELD = 19;

/**
 * What tells a process from a later one with the same number: the boot of the machine and the time
 * since then at which it started. Undefined where the system does not say (outside of Linux) and for
 * a process that is gone.
 */
export function processStart(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may hold spaces and parentheses; the last parenthesis ends it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot} ${fields[START_FIELD]}`;
  } catch {
    return undefined;
  }
}
