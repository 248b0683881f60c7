/**
 * Installs TensorFlow for the tests into the repository's `.cache/tensorflow`, by the command that
 * users install it with:
 *
 *     node tools/tensorflow/install.mjs
 *
 * Does nothing when it is there, and on a machine for which there is none. Where it could be
 * installed and is not, the exit code is 1: without it a part of the tests does not run.
 * SHAPED_TEST_TENSORFLOW names a folder of installations to use in place of that one, or is "skip".
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aptInstall } from '../debian/apt-install.mjs';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const SHAPED = join(REPOSITORY, 'packages', 'harness', 'bin', 'shaped.js');
/** Where vitest.tensorflow.ts looks. */
const CACHE = join(REPOSITORY, '.cache', 'tensorflow');

const log = (line) => console.error(line);
const works = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Debian's packages for what the installation needs, where they are missing. */
function missingPackages() {
  const missing = [];
  if (!works('g++', '--version')) missing.push('g++');
  if (!works('python3', '-m', 'pip', '--version')) missing.push('python3', 'python3-pip');
  return missing;
}

/** Whether there is TensorFlow for this kind of machine. */
function isSupported() {
  const glibc = process.report.getReport().header.glibcVersionRuntime;
  return process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch) && !!glibc;
}

function main() {
  const elsewhere = process.env.SHAPED_TEST_TENSORFLOW;
  if (elsewhere === 'skip' || !isSupported()) {
    const why = elsewhere === 'skip' ? 'as asked for' : `${process.platform} ${process.arch}`;
    log(`No TensorFlow (${why}): the tests run on the backends cpu and wasm only.`);
    return 0;
  }
  if (elsewhere) {
    if (existsSync(elsewhere)) return 0;
    log(`Expected SHAPED_TEST_TENSORFLOW to name a folder, got "${elsewhere}". Correct it.`);
    return 1;
  }
  const missing = missingPackages();
  if (missing.length > 0) aptInstall(missing, log);
  mkdirSync(CACHE, { recursive: true });
  const run = (command, ...args) =>
    spawnSync(command, args, { cwd: REPOSITORY, stdio: ['ignore', 2, 2] }).status ?? 1;
  const built = run('npx', 'nx', 'build', '@shaped/harness', '--output-style=static');
  const status =
    built || run(process.execPath, SHAPED, 'backend', 'install', 'tensorflow', '--cache', CACHE);
  if (status === 0) return 0;
  log('TensorFlow is not installed: the tests run on the backends cpu and wasm only.');
  log('Where it cannot be, set SHAPED_TEST_TENSORFLOW=skip.');
  return 1;
}

process.exitCode = main();
