import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const CHILD = fileURLToPath(new URL('memory-child.mjs', import.meta.url));

/** Peak memory that a block adds to its process, shaped and plain, each in a process of its own. */
export async function measureMemory({ backend, attention }) {
  const [shaped, plain] = await Promise.all(
    [true, false].map(async (isShaped) => {
      const options = JSON.stringify({ backend, attention, shaped: isShaped });
      const { stdout } = await promisify(execFile)(process.execPath, [CHILD, options]);
      return JSON.parse(stdout).bytes;
    }),
  );
  return { shaped, plain, ratio: shaped / plain };
}
