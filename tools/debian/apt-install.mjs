import { spawnSync } from 'node:child_process';

/** Time for apt-get to fetch and unpack; Chromium takes half a minute on a fast line. */
const TIMEOUT_MS = 10 * 60_000;

/**
 * Whether the Debian packages were installed; null when this is no Debian or not root's process, so
 * that nothing was tried.
 *
 * @param {readonly string[]} packages
 * @param {(line: string) => void} log
 * @returns {boolean | null}
 */
export function aptInstall(packages, log) {
  if (process.getuid?.() !== 0) return null;
  const apt = (...args) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      timeout: TIMEOUT_MS,
    });
  if (apt('--version').status !== 0) return null;
  log(`Installing ${packages.join(' ')} with apt-get …`);
  if (apt('update', '-qq').status !== 0) log('apt-get update failed; trying with the old lists.');
  return apt('install', '-y', '-qq', '--no-install-recommends', ...packages).status === 0;
}
