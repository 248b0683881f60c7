import { readdirSync, statSync, type Stats } from 'node:fs';
import { extname, join } from 'node:path';
import { nearest } from '../../config/nearest.js';
import { usageFailure } from '../../failure.js';
import { CORPUS_NAMES } from './catalogue.js';

/** Files of these names must be text; others in a folder are left out when they are not. */
const TEXT_EXTENSIONS = new Set([
  ...['.txt', '.md', '.text', '.rst', '.tex', '.csv', '.html', '.jsonl', '.ndjson'],
]);

/** Files of which each row is a document. */
const ROW_EXTENSIONS = new Set(['.jsonl', '.ndjson']);

/** A file that may be text. */
export interface UserFile {
  path: string;
  bytes: number;
  /** Whether each row is a JSON object with a text. */
  hasRows: boolean;
  /** Whether anything but text in it is a mistake. */
  mustBeText: boolean;
}

/** What is said of a corpus that cannot be used. */
export function refused(path: string, expected: string, got: string): Error {
  return usageFailure(`data.corpus: expected ${expected}, got ${path}: ${got}.`);
}

/** What is said of a path that the file system refuses. */
export function unreadable(path: string, cause: unknown): Error {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
  if (code === 'ENOENT') {
    const near = nearest(path, CORPUS_NAMES);
    const advice = near ? `Did you mean ${near}?` : 'Check the path, or use sotu.';
    return usageFailure(
      `data.corpus: expected ${CORPUS_NAMES.join(', ')}, or a file or folder of text, got ${path}, which does not exist. ${advice}`,
      { cause },
    );
  }
  const why = code === 'EACCES' || code === 'EPERM' ? 'no permission to read it' : code;
  return usageFailure(`data.corpus: cannot read ${path} (${why}). Change it or its permissions.`, {
    cause,
  });
}

/** The regular files of a folder and below, in the order of their paths; hidden ones left out. */
function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

/**
 * The user's own file, or every file of a folder and below, in the order of their paths. Hidden
 * files, `node_modules` and symbolic links of a folder are left out.
 *
 * @throws Failure (exit code 2): missing, unreadable, no file, or a folder without files
 */
export function userFiles(path: string): UserFile[] {
  let stats: Stats;
  let files: UserFile[];
  try {
    stats = statSync(path);
    const isFolder = stats.isDirectory();
    files = (isFolder ? filesBelow(path) : [path]).map((file) => {
      const extension = extname(file).toLowerCase();
      return {
        path: file,
        bytes: statSync(file).size,
        hasRows: ROW_EXTENSIONS.has(extension),
        mustBeText: !isFolder || TEXT_EXTENSIONS.has(extension),
      };
    });
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (!stats.isDirectory() && !stats.isFile()) {
    throw refused(path, 'a file or folder of text', 'a device, pipe or socket');
  }
  if (files.length === 0) {
    throw refused(path, 'text', 'a folder without files. Name a file or folder with text, or sotu');
  }
  return files;
}
