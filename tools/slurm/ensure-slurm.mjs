/**
 * Makes sure of a Slurm for the end-to-end tests, installing Debian's packages where it may:
 *
 *     node tools/slurm/ensure-slurm.mjs
 *
 * Prints `ready`, or, where it may install nothing (no root's process, no Debian), the reason. Progress
 * goes to standard error. Exit code 1 when an installation failed.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aptInstall } from '../debian/apt-install.mjs';

const PROGRAMS = [
  'munged',
  'slurmctld',
  'slurmd',
  'sbatch',
  'squeue',
  'scancel',
  'scontrol',
  'sinfo',
];
const PACKAGES = ['slurm-wlm', 'munge'];

/** Where daemons are, which is not on everyone's PATH. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * The reason why there is no Slurm to start here, or undefined where there is one.
 *
 * @param {{ environment?: Record<string, string | undefined>, uid?: number, install?: typeof aptInstall, log?: (line: string) => void }} [options]
 * @returns {string | undefined}
 * @throws Error that says how to get one, where an installation failed
 */
export function ensureSlurm({
  environment = process.env,
  uid = process.getuid?.(),
  install = aptInstall,
  log = (line) => console.error(line),
} = {}) {
  if (uid !== 0) return 'no root, whom the daemons of Slurm need here';
  if (missing(environment).length === 0) return undefined;
  const installed = install(PACKAGES, log);
  if (installed === null)
    return `no ${missing(environment).join(', ')}, and no Debian to install them`;
  const left = missing(environment);
  if (left.length === 0) return undefined;
  throw new Error(
    `ensureSlurm: expected ${left.join(', ')} after apt-get install, got none. ` +
      `Run "apt-get install ${PACKAGES.join(' ')}" and read what it says.`,
  );
}

function missing(environment) {
  const folders = [...(environment.PATH ?? '').split(delimiter).filter(Boolean), ...SYSTEM_FOLDERS];
  return PROGRAMS.filter((name) => !folders.some((folder) => isProgram(join(folder, name))));
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const reason = ensureSlurm();
    console.log(reason === undefined ? 'ready' : reason);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
