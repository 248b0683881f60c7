import { cacheFolder } from '../../backend/native/cache-folder.js';
import { usageFailure } from '../../failure.js';
import { findEntry } from './catalogue.js';
import { fetchedFolder } from './fetched-folder.js';
import { sotuFolder } from './sotu.js';
import { userFiles, type UserFile } from './user-files.js';

/**
 * The files that a corpus is read from: those of a package, of the cache, or the user's own.
 *
 * @throws Failure (exit code 2) when there are none; of a corpus that was not fetched yet with the
 *   command that does
 */
export function corpusFiles(corpus: string, env: NodeJS.ProcessEnv = process.env): UserFile[] {
  if (corpus === 'sotu') return userFiles(sotuFolder()).filter(({ path }) => path.endsWith('.txt'));
  const entry = findEntry(corpus);
  if (entry === undefined) return userFiles(corpus);
  const folder = fetchedFolder(entry, cacheFolder(env));
  if (folder !== undefined) return userFiles(folder);
  throw usageFailure(
    `data.corpus: expected ${corpus} (${entry.describe}) in the cache, got nothing. Fetch it once, ${(entry.downloadBytes / 1e6).toFixed(0)} MB: shaped data fetch ${corpus}`,
  );
}
