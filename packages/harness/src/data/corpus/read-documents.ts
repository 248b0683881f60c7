import { usageFailure } from '../../failure.js';
import { lineEnds, numberedLines, trimmed } from './document-text.js';
import { fileText } from './read-file.js';
import { refused } from './user-files.js';
import type { Survey } from './survey.js';
import type { TextFile } from './text-file.js';

/** One text of a corpus: a file, an address, a chapter or a row of a file. */
export interface Document {
  name: string;
  /** The text part by part, to be read before the next document; nothing when it is empty. */
  parts: Iterable<string>;
}

/** The longest row, in characters: two of them fit well into the longest string of Node. */
const LONGEST_ROW = 2 ** 27;

const shorten = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** The text of a row. @throws Failure when there is none in it */
function rowText(line: string, place: string): string {
  const expected = 'data.corpus: expected a JSON object with its text in "text"';
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (cause) {
    throw usageFailure(
      `${expected}, got ${shorten(line)} in ${place}. Write one object a line, or name a plain text file otherwise than .jsonl.`,
      { cause },
    );
  }
  const text: unknown = (row as { text?: unknown } | null)?.text;
  if (typeof text !== 'string') {
    throw usageFailure(
      `${expected}, got ${shorten(line)} in ${place}. Rename the field that holds the text, or remove the row.`,
    );
  }
  // JSON can write half a surrogate pair, which no UTF-8 can; it becomes U+FFFD.
  return Buffer.from(text, 'utf8').toString('utf8');
}

function* rowDocuments(file: TextFile): Generator<Document> {
  for (const row of numberedLines(lineEnds(fileText(file)), LONGEST_ROW)) {
    if ('tooLong' in row) {
      const limit = `rows of at most ${LONGEST_ROW / 2 ** 20} Mi characters`;
      throw refused(file.path, limit, `a longer one in row ${row.tooLong}. Split it`);
    }
    if (row.line.trim() === '') continue;
    const name = `${file.path}:${row.number}`;
    const text = rowText(row.line, `row ${row.number} of ${file.path}`);
    yield { name, parts: trimmed(lineEnds([text])) };
  }
}

/**
 * The documents of a corpus in the order of its files, one after the other, so that no more than a
 * part of one is in memory; of a file with rows, one row.
 *
 * @throws Failure (exit code 2) for a row without text
 */
export function* readDocuments({ files }: Survey): Generator<Document> {
  for (const file of files) {
    if (file.hasRows) yield* rowDocuments(file);
    else yield { name: file.path, parts: trimmed(lineEnds(fileText(file))) };
  }
}
