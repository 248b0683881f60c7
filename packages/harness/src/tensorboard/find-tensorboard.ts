import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../failure.js';

/** How to start a TensorBoard. */
export interface TensorboardCommand {
  command: string;
  /** Arguments before TensorBoard's own. */
  args: readonly string[];
  /** Where it was found, in words. */
  source: string;
}

/** Where to look. */
export interface FindTensorboardOptions {
  /** Defaults to `process.env`. */
  environment?: Readonly<Record<string, string | undefined>>;
  /**
   * Folders whose `.venv` is tried. Defaults to the repository this file belongs to, if it belongs
   * to one, and the current folder.
   */
  roots?: readonly string[];
}

const WINDOWS = process.platform === 'win32';

/** The repository's own installer, which also pins the version. */
const INSTALLER = join('tools', 'tensorboard', 'install.mjs');

/** Left by the installer in a virtual environment until that is complete. */
const INCOMPLETE = '.shaped-incomplete';

/** Time for `python3 -m tensorboard.main --version`, which imports all of it, on a slow disk. */
const VERSION_TIMEOUT_MS = 60_000;

/**
 * The first TensorBoard of: `SHAPED_TENSORBOARD`, a `.venv` of the repository or the current folder,
 * the PATH, `python3 -m tensorboard.main`.
 *
 * @throws Failure that says how to install one when there is none, or when `SHAPED_TENSORBOARD`
 * names something that cannot be run
 */
export function findTensorboard({
  environment = process.env,
  roots = defaultRoots(),
}: FindTensorboardOptions = {}): TensorboardCommand {
  const named = environment['SHAPED_TENSORBOARD'];
  if (named) return fromVariable(named);
  for (const root of roots) {
    const command = join(
      root,
      '.venv',
      ...(WINDOWS ? ['Scripts', 'tensorboard.exe'] : ['bin', 'tensorboard']),
    );
    if (isExecutable(command) && !existsSync(join(root, '.venv', INCOMPLETE))) {
      return { command, args: [], source: 'the virtual environment .venv' };
    }
  }
  const path = (environment['PATH'] ?? '').split(delimiter).filter(Boolean);
  const onPath = path
    .map((folder) => join(folder, WINDOWS ? 'tensorboard.exe' : 'tensorboard'))
    .find(isExecutable);
  if (onPath) return { command: onPath, args: [], source: 'the PATH' };
  const python = WINDOWS ? 'python' : 'python3';
  const args = ['-m', 'tensorboard.main'];
  const probe = spawnSync(python, [...args, '--version'], {
    env: { ...environment },
    stdio: 'ignore',
    timeout: VERSION_TIMEOUT_MS,
  });
  if (probe.status === 0) return { command: python, args, source: `${python} ${args.join(' ')}` };
  throw new Failure(
    `findTensorboard: expected a TensorBoard in .venv, on the PATH or in ${python}, got none. ` +
      `Install one with ${installAdvice(roots)}, or set SHAPED_TENSORBOARD to the program.`,
  );
}

function fromVariable(command: string): TensorboardCommand {
  if (isExecutable(command)) return { command, args: [], source: 'SHAPED_TENSORBOARD' };
  throw new Failure(
    `findTensorboard: expected SHAPED_TENSORBOARD to name a program, got "${command}", which ` +
      `${existsSync(command) ? 'is not one' : 'does not exist'}. Correct it or unset it.`,
  );
}

function installAdvice(roots: readonly string[]): string {
  const root = roots.find((folder) => existsSync(join(folder, INSTALLER)));
  if (root !== undefined) return `"node ${join(root, INSTALLER)}"`;
  return WINDOWS
    ? '"py -m venv .venv" and ".venv\\Scripts\\pip install tensorboard"'
    : '"python3 -m venv .venv && .venv/bin/pip install tensorboard"';
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The folder above this file that has the installer, then the current one. */
function defaultRoots(): string[] {
  const current = resolve();
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, INSTALLER))) return [...new Set([folder, current])];
    if (folder === dirname(folder)) return [current];
  }
}
