/**
 * Installs other versions of Node into the repository's `.cache/nodes`, for the tests that run on
 * each, and prints their paths:
 *
 *     node tools/node/install.mjs
 *
 * They come from npm: the packages behind its package `node`, without their scripts. Does nothing
 * for those that are there. Exit code 1 with what to do when it cannot.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../.cache/nodes/', import.meta.url));

/** One of each line that is in use, beside the one that runs the tests. */
const VERSIONS = ['22.23.5', '24.22.3', '26.12.1'];

/** Name of the npm package with Node for this machine. */
const PACKAGE = `node-${process.platform}-${process.arch}`;

/** The program of a version, whether it is there or not. */
const programOf = (version) => join(FOLDER, version, 'node_modules', PACKAGE, 'bin', 'node');

/** Installs a version next to its place and moves it there when it is whole. */
function install(version) {
  const staging = join(FOLDER, `.${version}-${process.pid}`);
  const args = ['install', '--prefix', staging, '--no-save', '--ignore-scripts', '--no-audit'];
  try {
    mkdirSync(staging, { recursive: true });
    const { status } = spawnSync('npm', [...args, '--loglevel=error', `${PACKAGE}@${version}`], {
      stdio: ['ignore', 2, 2],
    });
    if (status !== 0) return false;
    rmSync(join(FOLDER, version), { recursive: true, force: true });
    renameSync(staging, join(FOLDER, version));
    return existsSync(programOf(version));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

for (const version of VERSIONS) {
  if (!existsSync(programOf(version))) {
    console.error(`Installing Node ${version} from npm …`);
    if (!install(version)) {
      console.error(`Expected npm to install ${PACKAGE}@${version}, got none. Check the network.`);
      process.exitCode = 1;
      continue;
    }
  }
  console.log(programOf(version));
}
