import { createHash } from 'node:crypto';
import { usageFailure } from '../failure.js';
import { readSotu } from './sotu.js';
import { readUserText } from './user-text.js';

/** One text of a corpus: a file, or an address. */
export interface Document {
  name: string;
  text: string;
}

/** Text to draw windows from. */
export interface Corpus {
  /** `sotu`, or the path the user gave. */
  name: string;
  documents: Document[];
  /** All documents in order, with an empty line between two. */
  text: string;
  /** SHA-256 of `text` in UTF-8: two runs with one hash read the same text. */
  sha256: string;
  /** Files that were left out, and why. */
  notes: string[];
}

/** The corpora that come with the package. */
export const SHIPPED_CORPORA = ['sotu'] as const;

/**
 * The text of a shipped corpus, or of the user's own file or folder.
 *
 * @param corpus `sotu` or a path; write `./sotu` for a file of that name
 * @throws Failure (exit code 2) when there is no readable text there
 */
export function loadCorpus(corpus: string): Corpus {
  const { documents, notes } = corpus === 'sotu' ? readSotu() : readUserText(corpus);
  const text = documents.map((document) => document.text).join('\n\n');
  if (text.trim() === '') {
    throw usageFailure(
      `data.corpus: expected text, got ${corpus}, which is empty. Name a file or folder with text, or sotu.`,
    );
  }
  return {
    name: corpus,
    documents,
    text,
    sha256: createHash('sha256').update(text, 'utf8').digest('hex'),
    notes,
  };
}
