import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The workspace root. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What the environment holds, first what every machine needs. */
export const REQUIREMENTS = ['requirements.txt', 'requirements-cuda.txt'].map((name) =>
  fileURLToPath(new URL(`../${name}`, import.meta.url)),
);

/** The folder of the virtual environment that `install-peers.mjs` makes. */
export const peersFolder = (root) => join(root, '.cache', 'bench-peers');

/** Written last into the environment: the hash of what it was made from. */
export const stampOf = (root) => join(peersFolder(root), '.installed');

/** The hash of the requirements. */
export function requirementsHash() {
  const hash = createHash('sha256');
  for (const path of REQUIREMENTS) hash.update(readFileSync(path));
  return hash.digest('hex');
}

/** The Python of the environment in a workspace. */
export function pythonOf(root) {
  return process.platform === 'win32'
    ? join(peersFolder(root), 'Scripts', 'python.exe')
    : join(peersFolder(root), 'bin', 'python');
}

/** Whether the environment was made to its end from the requirements of today. */
export function isInstalled(root) {
  const stamp = stampOf(root);
  return (
    existsSync(pythonOf(root)) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === requirementsHash()
  );
}

/**
 * The Python that runs the peers: SHAPED_BENCH_PYTHON, else that of the installed environment.
 *
 * @throws Error that says how to get one
 */
export function findPeers(environment = process.env, root = ROOT) {
  const named = environment.SHAPED_BENCH_PYTHON;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(
      `findPeers: expected SHAPED_BENCH_PYTHON to name a Python with PyTorch, got "${named}", ` +
        'which does not exist. Correct it or unset it.',
    );
  }
  if (isInstalled(root)) return pythonOf(root);
  throw new Error(
    `findPeers: expected PyTorch in ${peersFolder(root)}, got none or an outdated one. Install it ` +
      'with "node tools/bench/install-peers.mjs", or name a Python that has it in ' +
      'SHAPED_BENCH_PYTHON.',
  );
}
