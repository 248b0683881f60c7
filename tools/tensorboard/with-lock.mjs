import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Pause between two tries. */
const POLL_MS = 250;

/** Longer than writing a process id takes. */
const WRITING_MS = 5_000;

/** Longer than any installation takes. */
const PATIENCE_MS = 15 * 60_000;

/**
 * What `work` returns, run while no other process holds the lock file; a lock whose process is gone
 * is taken over.
 *
 * @template T
 * @param {string} path
 * @param {(line: string) => void} log
 * @param {() => T} work
 * @returns {Promise<T>}
 */
export async function withLock(path, log, work) {
  const deadline = Date.now() + PATIENCE_MS;
  for (let told = false; !acquire(path); told = true) {
    if (!told) log('Waiting for another installation to finish …');
    if (Date.now() > deadline) {
      throw new Error(
        `withLock: expected the other installation to finish within ${PATIENCE_MS / 60_000} minutes. ` +
          `Remove ${path} if there is none.`,
      );
    }
    await sleep(POLL_MS);
  }
  try {
    return work();
  } finally {
    rmSync(path, { force: true });
  }
}

function acquire(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!holderIsGone(path)) return false;
    rmSync(path, { force: true });
    return false;
  }
}

function holderIsGone(path) {
  try {
    const holder = Number(readFileSync(path, 'utf8'));
    // Without a process id it is just being written, or was never whole.
    if (!holder) return Date.now() - statSync(path).mtimeMs > WRITING_MS;
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
