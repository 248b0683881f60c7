import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../failure.js';
import { makeDirectory } from '../../run/make-directory.js';
import { isRunning } from '../../run/process-state.js';
import { RECORD_FILE } from './installation.js';

const PREFIX = '.staging-';
const here = () => `${PREFIX}${hostname()}-`;

/** Removes what processes of this machine left that were killed in the middle of their work. */
export function sweepStaging(cache: string): void {
  for (const name of readdirSync(cache).filter((entry) => entry.startsWith(here()))) {
    const pid = Number(/^(\d+)-/.exec(name.slice(here().length))?.[1]);
    if (!isRunning({ pid })) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

/**
 * Makes a folder by `work` and gives it its name in one step when it is whole: a reader sees all of
 * it or nothing. Whatever ends the work early, what it made is removed.
 *
 * @param work gets the folder to fill and one for what is needed meanwhile
 * @param record the file that a whole folder has
 * @returns the folder; the one that is there already when another process was faster
 */
export async function publishFolder(
  cache: string,
  name: string,
  work: (folder: string, temporary: string) => Promise<void>,
  record = RECORD_FILE,
): Promise<string> {
  makeCache(cache);
  sweepStaging(cache);
  const staging = mkdtempSync(join(cache, `${here()}${process.pid}-`));
  const clean = () => rmSync(staging, { recursive: true, force: true });
  process.once('exit', clean); // also when a second Ctrl-C ends the process at once
  try {
    const [folder, temporary] = [join(staging, 'folder'), join(staging, 'temporary')];
    makeDirectory(folder);
    makeDirectory(temporary);
    await work(folder, temporary);
    const target = join(cache, name);
    if (!existsSync(join(target, record))) {
      rmSync(target, { recursive: true, force: true });
      renameSync(folder, target);
    }
    return target;
  } finally {
    process.off('exit', clean);
    clean();
  }
}

function makeCache(cache: string): void {
  try {
    makeDirectory(cache);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new Failure(
      `publishFolder: expected to make the folder ${cache}, got ${code}. Choose another with --cache or SHAPED_CACHE.`,
      undefined,
      { cause },
    );
  }
}
