import { createHash } from 'node:crypto';
import { byteTask } from '../../backend/native/byte-task.js';
import { silent } from '../../progress/reporter.js';
import { pauseFor } from '../corpus/pause.js';
import { readDocuments } from '../corpus/read-documents.js';
import { PROGRESS_BYTES, type Survey, type Watched } from '../corpus/survey.js';
import { refused } from '../corpus/user-files.js';
import { encodingPieces } from '../tokenizer/encoding-pieces.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { WordCounts } from '../tokenizer/word-counts.js';
import { DocumentTableBuilder, type DocumentTable } from './document-table.js';
import type { TokenSink } from './token-sink.js';

/** What is known of a corpus once it was tokenised. */
export interface TokenizedCorpus {
  table: DocumentTable;
  /** SHA-256 over the SHA-256 of the documents' texts, in order. */
  sha256: string;
  /** Of the documents' texts in UTF-8. */
  bytes: number;
  tokens: number;
}

/** Progress on the text of a corpus. */
function textTask(label: string, { bytes }: Survey, { reporter = silent }: Watched) {
  return byteTask(bytes < PROGRESS_BYTES ? silent : reporter, label, bytes);
}

/**
 * The `count` most frequent words of a corpus.
 *
 * @throws Failure the interruption
 */
export async function countWords(
  survey: Survey,
  count: number,
  watched: Watched,
): Promise<string[]> {
  const counts = new WordCounts();
  const progress = textTask('counting words', survey, watched);
  const pause = pauseFor(watched.signal);
  try {
    for (const document of readDocuments(survey)) {
      for (const piece of encodingPieces(document.parts)) {
        counts.add(piece);
        progress.more(Buffer.byteLength(piece));
        await pause();
      }
    }
  } finally {
    progress.done();
  }
  return counts.mostFrequent(count);
}

/**
 * Writes the tokens of all documents, one after the other, into a sink; no more than a piece of the
 * text is in memory. Documents without a token are left out.
 *
 * @throws Failure (exit code 2) when there is no text; the interruption
 */
export async function tokenizeCorpus(
  survey: Survey,
  tokenizer: Tokenizer,
  sink: TokenSink,
  watched: Watched,
): Promise<TokenizedCorpus> {
  const builder = new DocumentTableBuilder();
  const all = createHash('sha256');
  const progress = textTask('tokenising', survey, watched);
  const pause = pauseFor(watched.signal);
  let bytes = 0;
  let tokens = 0;
  try {
    for (const { parts } of readDocuments(survey)) {
      const hash = createHash('sha256');
      const [bytesBefore, tokensBefore] = [bytes, tokens];
      for (const piece of encodingPieces(parts)) {
        const ids = tokenizer.encode(piece);
        sink.write(ids);
        tokens += ids.length;
        hash.update(piece, 'utf8');
        const more = Buffer.byteLength(piece);
        bytes += more;
        progress.more(more);
        await pause();
      }
      if (bytes === bytesBefore) continue;
      const digest = hash.digest();
      all.update(digest);
      if (tokens > tokensBefore) builder.add(tokens, digest);
    }
  } finally {
    progress.done();
  }
  if (tokens === 0) {
    throw refused(survey.name, 'text', 'it is empty. Name a file or folder with text, or sotu');
  }
  return { table: builder.table(), sha256: all.digest('hex'), bytes, tokens };
}
