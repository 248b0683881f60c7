import { readFileSync, readdirSync, statSync, type Stats } from 'node:fs';
import { extname, join } from 'node:path';
import { usageFailure } from '../failure.js';
import { nearest } from '../config/nearest.js';
import { SHIPPED_CORPORA, type Document } from './corpus.js';
import { decodeText } from './decode-text.js';

/** Files of these names must be text; others in a folder are left out when they are not. */
const TEXT_EXTENSIONS = new Set(['.txt', '.md', '.text', '.rst', '.tex', '.csv', '.html']);

/** All the text together, well below the longest string of Node (512 MiB). */
const LARGEST_BYTES = 256 * 2 ** 20;

function refused(path: string, expected: string, got: string): Error {
  return usageFailure(`data.corpus: expected ${expected}, got ${path}: ${got}.`);
}

function unreadable(path: string, cause: unknown): Error {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
  if (code === 'ENOENT') {
    const near = nearest(path, SHIPPED_CORPORA);
    const advice = near ? `Did you mean ${near}?` : 'Check the path, or use sotu.';
    return usageFailure(
      `data.corpus: expected sotu or a file or folder of text, got ${path}, which does not exist. ${advice}`,
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

function readDocument(path: string): ReturnType<typeof decodeText> {
  try {
    return decodeText(readFileSync(path));
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/**
 * The text of the user's own file, or of every text file of a folder and below, in the order of
 * their paths.
 *
 * Hidden files, `node_modules`, symbolic links and, unless named like text, binary files of a
 * folder are left out; a binary file named like text is an error.
 *
 * @throws Failure (exit code 2): missing, unreadable, binary, without text, or too large
 */
export function readUserText(path: string): { documents: Document[]; notes: string[] } {
  let stats: Stats;
  let files: string[];
  try {
    stats = statSync(path);
    files = stats.isDirectory() ? filesBelow(path) : [path];
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (!stats.isDirectory() && !stats.isFile()) {
    throw refused(path, 'a file or folder of text', 'a device, pipe or socket');
  }
  const documents: Document[] = [];
  const skipped: string[] = [];
  let bytes = 0;
  for (const file of files) {
    bytes += statSync(file).size;
    if (bytes > LARGEST_BYTES) {
      throw refused(path, 'at most 256 MiB of text', 'more. Use a part of it');
    }
    const decoded = readDocument(file);
    if ('text' in decoded) {
      if (decoded.text.trim() !== '') documents.push({ name: file, text: decoded.text.trim() });
    } else if (stats.isFile() || TEXT_EXTENSIONS.has(extname(file).toLowerCase())) {
      throw refused(file, 'UTF-8 text', decoded.problem);
    } else {
      skipped.push(file);
    }
  }
  if (documents.length === 0) {
    const what =
      files.length === 0
        ? 'a folder without files'
        : skipped.length > 0
          ? 'no text file in it'
          : 'it is empty';
    throw refused(path, 'text', `${what}. Name a file or folder with text, or sotu`);
  }
  const notes = skipped.length === 0 ? [] : [`Left out ${skipped.length} files that are not text.`];
  return { documents, notes };
}
