import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '../lib/compare-times.mjs';

const CHILD = fileURLToPath(new URL('memory-child.mjs', import.meta.url));

/** Processes of either kind: the peak of a process is a few percent off from run to run. */
const PROCESSES = 7;

/** Peak memory that a block adds to its process, shaped and plain: medians over processes in turn. */
export async function measureMemory({ backend, attention }) {
  const bytes = { shaped: [], plain: [] };
  for (let i = 0; i < PROCESSES; i++) {
    for (const name of ['shaped', 'plain']) {
      const options = JSON.stringify({ backend, attention, shaped: name === 'shaped' });
      const { stdout } = await promisify(execFile)(process.execPath, [CHILD, options]);
      bytes[name].push(JSON.parse(stdout).bytes);
    }
  }
  const [shaped, plain] = [median(bytes.shaped), median(bytes.plain)];
  return { shaped, plain, ratio: shaped / plain };
}
