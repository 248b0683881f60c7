import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';

/** A sweep's exit code when some jobs failed, such as a training that diverged: that is a result. */
const SOME_FAILED = 3;

const SHAPED = fileURLToPath(new URL('../../packages/harness/bin/shaped.js', import.meta.url));

/**
 * Runs every sweep of an experiment below `folder` by `shaped sweep`, which keeps what is done, and
 * returns their directories, `{ [sweep]: path }`.
 *
 * @throws Error naming the sweep that did not end well, with its exit code
 */
export function runSweeps({ name, sweeps }, folder, jobs) {
  mkdirSync(folder, { recursive: true });
  const directories = {};
  for (const [sweep, content] of Object.entries(sweeps)) {
    const file = join(folder, `${sweep}.yaml`);
    writeFileSync(file, stringify({ name: `${name}-${sweep}`, ...content }));
    const directory = join(folder, sweep);
    const { status, signal } = spawnSync(
      process.execPath,
      [
        ...[SHAPED, 'sweep', file, '--out', directory],
        ...(jobs === undefined ? [] : ['--jobs', jobs]),
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    if (status !== 0 && status !== SOME_FAILED) {
      throw new SweepFailure(sweep, directory, status, signal);
    }
    directories[sweep] = directory;
  }
  return directories;
}

/** A sweep that did not end well. */
export class SweepFailure extends Error {
  constructor(sweep, directory, status, signal) {
    super(
      `experiments: expected the sweep ${sweep} to end with code 0, got ${status ?? signal}. What its ` +
        `jobs said is in ${join(directory, 'logs')}; the same command goes on where it stopped.`,
    );
    this.code = status ?? 1;
  }
}
