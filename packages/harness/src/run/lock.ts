import {
  constants,
  copyFileSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { Failure, EXIT } from '../failure.js';
import { diskFailure } from './atomic-write.js';
import { isRunning, processStart, type ProcessName } from './process-state.js';
import { LOCK, type RunDirectory } from './run-directory.js';

interface Owner extends ProcessName {
  host: string;
}

/** A killed process may take this long to be gone, in ms. */
const DYING_MS = 1000;
const POLL_MS = 50;

/** Whether a process of this machine runs and goes on. */
function goesOn(owner: Owner): boolean {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; owner.pid !== process.pid && waited < DYING_MS; waited += POLL_MS) {
    if (!isRunning(owner)) return false;
    Atomics.wait(clock, 0, 0, POLL_MS);
  }
  return isRunning(owner);
}

/** The text of a lock, undefined when it is gone. */
function readLock(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Who a lock names; nobody when a crash of the machine cut it short. */
function ownerOf(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return undefined;
  }
}

/** Who holds the lock at a path; nobody when it is gone, or a crash cut it short. */
export function lockOwner(path: string): Owner | undefined {
  const text = readLock(path);
  return text === undefined ? undefined : ownerOf(text);
}

/** Puts a file in a place that is free, whole and at once. Returns whether the place was free. */
function place(from: string, path: string): boolean {
  for (const put of [linkSync, copyAnew]) {
    try {
      put(from, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      if (put === copyAnew) throw error;
    }
  }
  return false;
}

/** For file systems without hard links. */
function copyAnew(from: string, path: string): void {
  copyFileSync(from, path, constants.COPYFILE_EXCL);
}

/**
 * Removes the lock with this text and no other: between reading and removing it, another process may
 * have taken it over.
 */
function removeLock(path: string, text: string, aside: string): void {
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readLock(aside) !== text) place(aside, path);
  rmSync(aside, { force: true });
}

/**
 * Keeps other processes from writing to a run directory; returns how to let go. A lock that a
 * killed process of this machine left behind is taken over, also when another process has its
 * number by now.
 *
 * @throws Failure (exit code 2) when another process is using the directory
 */
export function lockRun(run: Pick<RunDirectory, 'root' | 'path'>): () => void {
  const path = run.path(LOCK);
  const [own, aside] = ['new', 'old'].map((end) => `${path}.${process.pid}.${end}`);
  const { pid } = process;
  const text = JSON.stringify({ pid, host: hostname(), start: processStart(pid) });
  try {
    writeFileSync(own, text);
    for (let attempt = 0; !place(own, path); attempt++) {
      const found = readLock(path);
      if (found === undefined) continue;
      const owner = ownerOf(found);
      const isHere = owner?.host === hostname();
      if (attempt > 0 || (owner !== undefined && (!isHere || goesOn(owner)))) {
        const who =
          owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`;
        throw new Failure(
          `${run.root} is in use by ${who}. Wait for it, choose another --out, or remove ${path} if it no longer runs.`,
          EXIT.usage,
        );
      }
      removeLock(path, found, aside);
    }
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw diskFailure('write', path, cause);
  } finally {
    rmSync(own, { force: true });
  }
  return () => {
    if (readLock(path) === text) rmSync(path, { force: true });
  };
}
