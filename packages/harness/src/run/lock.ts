import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { Failure, EXIT } from '../failure.js';
import { diskFailure } from './atomic-write.js';
import type { RunDirectory } from './run-directory.js';

interface Owner {
  pid: number;
  host: string;
}

const FILE = '.lock';

/** A killed process may take this long to be gone, in ms. */
const DYING_MS = 1000;
const POLL_MS = 50;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether a process of this machine is there and stays there. */
function staysAlive(pid: number): boolean {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; pid !== process.pid && waited < DYING_MS; waited += POLL_MS) {
    if (!isAlive(pid)) return false;
    Atomics.wait(clock, 0, 0, POLL_MS);
  }
  return isAlive(pid);
}

function readOwner(path: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    return undefined; // Gone, or cut short by a crash: nobody's.
  }
}

/**
 * Keeps other processes from writing to a run directory; returns how to let go. A lock that a
 * killed process of this machine left behind is taken over.
 *
 * @throws Failure (exit code 2) when another process is using the directory
 */
export function lockRun(run: Pick<RunDirectory, 'root' | 'path'>): () => void {
  const path = run.path(FILE);
  for (let attempt = 0; ; attempt++) {
    try {
      const file = openSync(path, 'wx');
      writeSync(file, JSON.stringify({ pid: process.pid, host: hostname() }));
      closeSync(file);
      break;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw diskFailure('write', path, cause);
      }
    }
    const owner = readOwner(path);
    const here = owner?.host === hostname();
    if (attempt > 0 || (owner !== undefined && (!here || staysAlive(owner.pid)))) {
      const who = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`;
      throw new Failure(
        `${run.root} is in use by ${who}. Wait for it, choose another --out, or remove ${path} if it no longer runs.`,
        EXIT.usage,
      );
    }
    rmSync(path, { force: true });
  }
  return () => rmSync(path, { force: true });
}
