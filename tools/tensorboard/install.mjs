/**
 * Installs TensorBoard into the repository's `.venv` and prints its path:
 *
 *     node tools/tensorboard/install.mjs [folder]
 *
 * Safe to run at any time: it does nothing when the pinned version is there, continues after an
 * interruption by starting over, and two at once wait for each other. Progress goes to standard
 * error, the path alone to standard output. Exit code 1 with what to do when it cannot.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './with-lock.mjs';
import { ensurePython } from './ensure-python.mjs';

const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const WINDOWS = process.platform === 'win32';

/** In the environment from the first to the last step: with it, nothing in there is to be used. */
const INCOMPLETE = '.shaped-incomplete';

/** What stands in it: the environment was being made, or TensorBoard was being added to one. */
const NEW = 'new';
const ADDED = 'added';

/** As much of pip's words as goes into a message. */
const ERROR_LINES = 15;

/**
 * The path of the pinned TensorBoard in `<root>/.venv`.
 *
 * A `.venv` that someone else made is kept, and TensorBoard installed into it; one that an
 * interrupted run left is made anew.
 *
 * @param {{ root?: string, log?: (line: string) => void }} [options]
 * @returns {Promise<string>}
 * @throws Error that says what is missing and how to get it
 */
export async function ensureTensorboard({
  root = REPOSITORY,
  log = (line) => console.error(line),
} = {}) {
  const tensorboard = program(root, 'tensorboard');
  if (isComplete(root)) return tensorboard;
  mkdirSync(join(root, '.cache'), { recursive: true });
  return withLock(join(root, '.cache', 'tensorboard-install.lock'), log, () => {
    if (!isComplete(root)) install(root, log);
    return tensorboard;
  });
}

function install(root, log) {
  const venv = join(root, '.venv');
  const marker = join(venv, INCOMPLETE);
  if (isRuin(marker) || !existsSync(program(root, 'python'))) {
    const python = ensurePython(log);
    log(`Making the virtual environment ${venv} …`);
    rmSync(venv, { recursive: true, force: true });
    mkdirSync(venv);
    writeFileSync(marker, NEW);
    run(python, ['-m', 'venv', venv], 'a virtual environment', 'Is the disk full or read-only?');
  }
  if (!existsSync(marker)) writeFileSync(marker, ADDED);
  log(`Installing ${pinned()} with pip (about 180 MB) …`);
  run(
    program(root, 'python'),
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS],
    `pip to install ${pinned()}`,
    'Check the network, and pip\'s settings ("pip config list") where a mirror is needed.',
  );
  rmSync(marker);
  if (!isComplete(root)) {
    throw new Error(
      `ensureTensorboard: expected ${program(root, 'tensorboard')} to be ${pinned()}, got another ` +
        `or none that starts. Remove ${venv} and run this again.`,
    );
  }
}

/** Whether an interrupted run left an environment that it was making. */
function isRuin(marker) {
  return existsSync(marker) && readFileSync(marker, 'utf8') !== ADDED;
}

/** Whether the environment holds the pinned version and nothing interrupted its installation. */
function isComplete(root) {
  if (existsSync(join(root, '.venv', INCOMPLETE))) return false;
  if (!existsSync(program(root, 'tensorboard'))) return false;
  const version = spawnSync(
    program(root, 'python'),
    ['-c', 'import importlib.metadata as m; print(m.version("tensorboard"))'],
    { encoding: 'utf8' },
  );
  return version.status === 0 && `tensorboard==${version.stdout.trim()}` === pinned();
}

function pinned() {
  const line = readFileSync(REQUIREMENTS, 'utf8')
    .split('\n')
    .find((text) => text.startsWith('tensorboard=='));
  if (line) return line.trim();
  throw new Error(`ensureTensorboard: expected a line "tensorboard==…" in ${REQUIREMENTS}.`);
}

function program(root, name) {
  const venv = join(root, '.venv');
  return WINDOWS ? join(venv, 'Scripts', `${name}.exe`) : join(venv, 'bin', name);
}

function run(command, args, expected, advice) {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  if (result.status === 0) return;
  const said = `${result.error?.message ?? ''}\n${result.stdout ?? ''}\n${result.stderr ?? ''}`;
  const tail = said.trim().split('\n').slice(-ERROR_LINES).join('\n');
  throw new Error(`ensureTensorboard: expected ${expected}, got:\n${tail}\n${advice}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(await ensureTensorboard({ root: resolve(process.argv[2] ?? REPOSITORY) }));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
