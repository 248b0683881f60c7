import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Finding } from './finding.js';

/** The oldest Node the packages are tested on. */
const OLDEST_NODE = [20, 19] as const;
/** The default run holds its networks, matrices and workers in about this much. */
const MEMORY_BYTES = 2 * 2 ** 30;
/** The default run writes about a tenth of this. */
const DISK_BYTES = 2 ** 30;

const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** Whether this Node is new enough. */
export function checkNode(version: string = process.versions.node): Finding {
  const [major, minor] = version.split('.').map(Number);
  const old = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  const finding: Finding = { name: 'Node', status: old ? 'fail' : 'ok', detail: version };
  if (old) finding.advice = `Install Node ${OLDEST_NODE.join('.')} or newer.`;
  return finding;
}

/** Whether there is memory for the default run. */
export function checkMemory(total = totalmem(), free = freemem()): Finding {
  const detail = `${gib(total)}, ${gib(free)} free`;
  if (total >= MEMORY_BYTES) return { name: 'memory', status: 'ok', detail };
  const advice = 'Use fewer workers (--workers 1) or a narrower network (--set model.width=64).';
  return { name: 'memory', status: 'warn', detail, advice };
}

/** Whether worker threads start, by starting one. */
export function checkWorkers(): Promise<Finding> {
  const advice = 'Use --workers 0, which works in the main thread.';
  return new Promise((resolve) => {
    const failed = (error: unknown) =>
      resolve({ name: 'worker threads', status: 'warn', detail: String(error), advice });
    try {
      const worker = new Worker("require('node:worker_threads').parentPort.postMessage(1)", {
        eval: true,
      });
      worker.once('error', failed);
      worker.once('message', () => {
        const detail = `they start; ${availableParallelism()} cores`;
        void worker
          .terminate()
          .then(() => resolve({ name: 'worker threads', status: 'ok', detail }));
      });
    } catch (error) {
      failed(error);
    }
  });
}

/** Whether results can be written below `folder`. */
export function checkDisk(folder: string = process.cwd()): Finding {
  const name = 'disk';
  try {
    const trial = mkdtempSync(join(folder, '.shaped-doctor-'));
    try {
      writeFileSync(join(trial, 'trial'), 'written');
    } finally {
      rmSync(trial, { recursive: true, force: true });
    }
    const { bavail, bsize } = statfsSync(folder);
    const detail = `${folder} can be written, ${gib(bavail * bsize)} free`;
    if (bavail * bsize >= DISK_BYTES) return { name, status: 'ok', detail };
    return { name, status: 'warn', detail, advice: 'Free space, or choose another --out.' };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return {
      name,
      status: 'fail',
      detail: `${folder} cannot be written (${code})`,
      advice: 'Work in another folder, or give --out one that can be written.',
    };
  }
}
