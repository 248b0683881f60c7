import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { publishFolder } from '../../backend/native/staging.js';
import type { Survey } from '../corpus/survey.js';
import type { TokenizerKind } from '../tokenizer/tokenizer-kind.js';
import type { DocumentTable } from './document-table.js';
import { fileTokens } from './file-tokens.js';
import { FileSink } from './token-sink.js';
import type { TokenizedCorpus } from './tokenize-corpus.js';
import type { Tokens } from './tokens.js';

/** Raised when the same text would be kept in another way or have other tokens. */
const FORMAT = 1;

/** Written last: a folder that has it is whole. */
export const TOKENS_RECORD = 'tokens.json';
const TOKENS = 'tokens.bin';
const DOCUMENTS = 'documents.bin';

/** What is kept of a tokenised corpus beside its tokens and documents. */
export interface TokensRecord {
  format: number;
  corpus: string;
  sha256: string;
  bytes: number;
  tokens: number;
  documents: number;
  tokenizer: string;
  /** Ids are below it. */
  size: number;
  /** The vocabulary of words. */
  words?: string[];
}

/** A tokenised corpus on disk. */
export interface StoredTokens {
  record: TokensRecord;
  tokens: Tokens;
  table: DocumentTable;
}

/** The folder of all tokenised corpora in a cache. */
export const tokensFolder = (cache: string): string => join(cache, 'tokens');

/** The name under which tokens are kept: of everything they depend on. */
export function tokensName({ fingerprint }: Survey, kind: TokenizerKind): string {
  const all = JSON.stringify([FORMAT, endianness(), fingerprint, kind.fingerprint]);
  return createHash('sha256').update(all).digest('hex').slice(0, 24);
}

/** The tokens of that name; undefined when there are none. @throws Failure when they are damaged */
export function openTokens(folder: string, name: string): StoredTokens | undefined {
  const at = (file: string) => join(folder, name, file);
  if (!existsSync(at(TOKENS_RECORD))) return undefined;
  const record = JSON.parse(readFileSync(at(TOKENS_RECORD), 'utf8')) as TokensRecord;
  const tokens = fileTokens(at(TOKENS), record.tokens, record.size);
  const file = readFileSync(at(DOCUMENTS));
  const numbers = new Float64Array(new Uint8Array(file).buffer);
  const table = {
    ends: numbers.subarray(0, record.documents),
    hashes: numbers.subarray(record.documents),
  };
  return { record, tokens, table };
}

/**
 * Keeps tokens under a name: they appear when they are whole, and whatever ends the work early leaves
 * nothing.
 *
 * @param work writes the tokens
 */
export async function storeTokens(
  folder: string,
  name: string,
  about: Pick<TokensRecord, 'corpus' | 'tokenizer' | 'size' | 'words'>,
  work: (sink: FileSink) => Promise<TokenizedCorpus>,
): Promise<void> {
  const fill = async (staging: string) => {
    const sink = new FileSink(join(staging, TOKENS), about.size);
    try {
      const { table, sha256, bytes, tokens } = await work(sink);
      sink.finish();
      writeFileSync(join(staging, DOCUMENTS), table.ends);
      writeFileSync(join(staging, DOCUMENTS), table.hashes, { flag: 'a' });
      const documents = table.ends.length;
      const record: TokensRecord = { format: FORMAT, ...about, sha256, bytes, tokens, documents };
      writeFileSync(join(staging, TOKENS_RECORD), JSON.stringify(record));
    } finally {
      sink.close();
    }
  };
  await publishFolder(folder, name, fill, TOKENS_RECORD);
}
