import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Longer than an installation over a slow line takes. */
export const INSTALL_TIMEOUT_MS = 10 * 60_000;

/** The program that a script of `tools/` finds or installs; its own words tell when it cannot. */
export function ensureTool(
  script: 'tensorboard/install.mjs' | 'browser/ensure-chromium.mjs',
): string {
  const path = fileURLToPath(new URL(`../../tools/${script}`, import.meta.url));
  return execFileSync(process.execPath, [path], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: INSTALL_TIMEOUT_MS,
  }).trim();
}
