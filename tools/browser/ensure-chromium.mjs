/**
 * Prints the path of a Chromium for the browser tests, after installing one where it may:
 *
 *     node tools/browser/ensure-chromium.mjs
 *
 * Taken in this order: CHROMIUM_PATH, a Chromium or Chrome on the PATH, Debian's package `chromium`
 * (installed when this process is root's). Progress goes to standard error, the path alone to
 * standard output. Exit code 1 with what to do when there is none.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aptInstall } from '../debian/apt-install.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Time for `chromium --version` on a cold disk. */
const VERSION_TIMEOUT_MS = 60_000;

/**
 * The path of a Chromium that starts.
 *
 * @param {{ environment?: Record<string, string | undefined>, install?: typeof aptInstall, log?: (line: string) => void }} [options]
 * @returns {string}
 * @throws Error that says how to get one
 */
export function ensureChromium({
  environment = process.env,
  install = aptInstall,
  log = (line) => console.error(line),
} = {}) {
  const named = environment.CHROMIUM_PATH;
  if (named) {
    if (starts(named)) return named;
    throw new Error(
      `ensureChromium: expected CHROMIUM_PATH to name a browser, got "${named}", which does not ` +
        `start. Correct it or unset it.`,
    );
  }
  const found = onPath(environment) ?? (install(['chromium'], log) && onPath(environment));
  if (found) return found;
  throw new Error(
    `ensureChromium: expected one of ${NAMES.join(', ')} on the PATH, got none. ` +
      `Install one ("apt-get install chromium" on Debian) or set CHROMIUM_PATH to a browser.`,
  );
}

function onPath(environment) {
  const folders = (environment.PATH ?? '').split(delimiter).filter(Boolean);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(starts);
}

function starts(path) {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    return false;
  }
  return (
    spawnSync(path, ['--version'], { stdio: 'ignore', timeout: VERSION_TIMEOUT_MS }).status === 0
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(ensureChromium());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
