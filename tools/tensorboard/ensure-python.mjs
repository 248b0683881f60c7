import { spawnSync } from 'node:child_process';
import { aptInstall } from '../debian/apt-install.mjs';

/** What TensorBoard 2.21 asks for, unless the caller asks for more. */
const MINIMUM = [3, 9];

const DEBIAN_PACKAGES = ['python3', 'python3-venv'];

/** Prints the version; fails when a part of making an environment with pip in it is missing. */
const PROBE = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';

/**
 * The command of a Python that can make a virtual environment with pip, after installing Debian's
 * packages where this process may.
 *
 * @param {(line: string) => void} log
 * @param {{ install?: typeof aptInstall, candidates?: readonly string[], minimum?: readonly [number, number] }} [options]
 * @returns {string}
 * @throws Error that says what is missing and how to get it
 */
export function ensurePython(
  log,
  {
    install = aptInstall,
    candidates = ['python3', 'python', '/usr/bin/python3'],
    minimum = MINIMUM,
  } = {},
) {
  const reasons = [];
  const usable = () => {
    reasons.length = 0;
    return candidates.find((command) => {
      const reason = unusable(command, minimum);
      if (reason) reasons.push(reason);
      return !reason;
    });
  };
  const found = usable() ?? (install(DEBIAN_PACKAGES, log) ? usable() : undefined);
  if (found) return found;
  throw new Error(
    `ensurePython: expected Python ${minimum.join('.')} or newer with its modules venv and ` +
      `ensurepip, got: ${reasons.join('; ')}. Install it ("apt-get install ` +
      `${DEBIAN_PACKAGES.join(' ')}" on Debian and Ubuntu, python.org elsewhere).`,
  );
}

/** Why a command is of no use here; undefined when it is. */
function unusable(command, minimum) {
  const probe = spawnSync(command, ['-c', PROBE], { encoding: 'utf8' });
  if (probe.error) return `no ${command}`;
  if (probe.status !== 0) {
    const missing = /No module named '?([\w.]+)/.exec(probe.stderr)?.[1];
    return missing ? `${command} without its module ${missing}` : `${command} that does not run`;
  }
  const [major, minor] = probe.stdout.trim().split('.').map(Number);
  const old = major < minimum[0] || (major === minimum[0] && minor < minimum[1]);
  return old ? `${command} ${major}.${minor}` : undefined;
}
