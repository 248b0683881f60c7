import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { byteTask } from '../../backend/native/byte-task.js';
import { silent, type Reporter } from '../../progress/reporter.js';
import { corpusFiles } from './corpus-files.js';
import { pauseFor } from './pause.js';
import { fileChunks } from './read-file.js';
import { TextCheck } from './text-check.js';
import type { TextFile } from './text-file.js';
import { refused, unreadable } from './user-files.js';

/** The files of a corpus, found to be text. */
export interface Survey {
  /** `sotu` or another name of the catalogue, or the path the user gave. */
  name: string;
  files: TextFile[];
  /** Bytes of all files. */
  bytes: number;
  /** SHA-256 over the files: another value where any byte differs. */
  fingerprint: string;
  /** What the user should know, such as files that were left out. */
  notes: string[];
}

/** How long work on text is followed and ended. */
export interface Watched {
  reporter?: Reporter;
  signal?: AbortSignal;
  /** The environment, which says where the cache is. */
  env?: NodeJS.ProcessEnv;
}

/** Bytes from which progress is shown: what is read in a moment needs none. */
export const PROGRESS_BYTES = 64e6;

/**
 * Reads every byte of a corpus once, without keeping it: which files are text, and their hash.
 *
 * @param corpus a name of the catalogue or a path; write `./sotu` for a file of that name
 * @throws Failure (exit code 2) when there is no text there, or it is not UTF-8
 */
export async function surveyCorpus(corpus: string, watched: Watched = {}): Promise<Survey> {
  const { reporter = silent, signal, env } = watched;
  const candidates = corpusFiles(corpus, env);
  const total = candidates.reduce((sum, { bytes }) => sum + bytes, 0);
  const shown = total < PROGRESS_BYTES ? silent : reporter;
  const progress = byteTask(shown, 'reading text', total);
  const pause = pauseFor(signal);
  const all = createHash('sha256');
  const files: TextFile[] = [];
  const skipped: string[] = [];
  try {
    for (const file of candidates) {
      const hash = createHash('sha256');
      const check = new TextCheck();
      let problem: string | undefined;
      try {
        for (const chunk of fileChunks(file.path)) {
          problem = check.add(chunk);
          if (problem !== undefined) break;
          hash.update(chunk);
          progress.more(chunk.length);
          await pause();
        }
        problem ??= check.end();
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === undefined) throw cause;
        throw unreadable(file.path, cause);
      }
      if (problem === undefined) {
        const sha256 = hash.digest('hex');
        all.update(`${file.hasRows ? 'rows' : 'text'} ${sha256}\n`);
        files.push({ ...file, sha256 });
      } else if (file.mustBeText) {
        throw refused(file.path, 'UTF-8 text', problem);
      } else {
        skipped.push(file.path);
      }
    }
  } finally {
    progress.done();
  }
  if (files.length === 0) {
    throw refused(corpus, 'text', 'no text file in it. Name a file or folder with text, or sotu');
  }
  const examples = skipped.slice(0, 3).map((path) => basename(path));
  const more = skipped.length > examples.length ? ', …' : '';
  return {
    name: corpus,
    files,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    fingerprint: all.digest('hex'),
    notes:
      skipped.length === 0
        ? []
        : [
            `Left out ${skipped.length} ${skipped.length === 1 ? 'file that is' : 'files that are'} not text (${examples.join(', ')}${more}).`,
          ],
  };
}
