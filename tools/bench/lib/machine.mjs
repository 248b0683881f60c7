import { cpus, availableParallelism, release, totalmem, type } from 'node:os';
import { readFileSync } from 'node:fs';

const PACKAGE = new URL('../../../packages/sde/package.json', import.meta.url);

/** What the numbers were measured on and with, as `[name, value]` rows; no name of a host, no date. */
export function machine(peers) {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8'));
  const rows = [
    ['processor', cpus()[0]?.model.trim() || process.arch],
    ['cores', String(availableParallelism())],
    ['memory', `${(totalmem() / 2 ** 30).toFixed(1)} GiB`],
    ['system', `${type()} ${release().split('-')[0]}, ${process.arch}`],
    ['Node', process.versions.node],
    ['V8', process.versions.v8],
    ['@shaped/sde', version],
  ];
  if (peers) {
    rows.push(['Python', peers.python], ['PyTorch', peers.torch], ['NumPy', peers.numpy]);
  }
  return rows;
}
