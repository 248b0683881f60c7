import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The workspace root. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const OLDEST_NODE = [20, 19];
const stamp = `${root}node_modules/.installed-lock`;

/** Stops with advice when this Node is too old. */
function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(
    `Expected Node ${OLDEST_NODE.join('.')} or newer, got ${process.versions.node}. Install a newer Node and run this again.`,
  );
  process.exit(2);
}

/**
 * Runs a command with the terminal's own input and output.
 *
 * @returns its exit status; a signal counts as 128 + its number
 */
export function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
  });
  if (error) {
    console.error(`Cannot start ${command}: ${error.message}.`);
    return 1;
  }
  return status ?? (signal === 'SIGINT' ? 130 : 143);
}

/** Installs the locked dependencies unless they are there; exits when npm fails. */
export function ensureInstalled() {
  checkNode();
  const lock = createHash('sha256')
    .update(readFileSync(`${root}package-lock.json`))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing dependencies (npm ci) …');
  const status = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (status !== 0) {
    console.error('npm ci failed. Check the network and the lines above, then run this again.');
    process.exit(status);
  }
  writeFileSync(stamp, lock);
}
