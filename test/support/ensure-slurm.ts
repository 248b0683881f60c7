import { execFileSync } from 'node:child_process';
import { INSTALL_TIMEOUT_MS } from './ensure-tool.ts';
import { ROOT } from './repository.ts';

/** Why there is no Slurm to test with; undefined where there is one, installed now if need be. */
export function withoutSlurm(): string | undefined {
  const said = execFileSync(process.execPath, [`${ROOT}tools/slurm/ensure-slurm.mjs`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: INSTALL_TIMEOUT_MS,
  }).trim();
  return said === 'ready' ? undefined : said;
}
