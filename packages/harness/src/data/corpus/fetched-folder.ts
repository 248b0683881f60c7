import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogueEntry } from './catalogue.js';

/** Written last into the folder of a fetched corpus: a folder that has it is whole. */
export const CORPUS_RECORD = 'corpus.json';

/** What is known of a fetched corpus. */
export interface CorpusRecord {
  name: string;
  /** Of the text, as the catalogue states it. */
  sha256: string;
  documents: number;
  bytes: number;
  licence: string;
  /** The package that it came from. */
  from: string;
  /** ISO 8601, UTC. */
  fetched: string;
}

/** The folder of all fetched corpora in a cache. */
export const corporaFolder = (cache: string): string => join(cache, 'corpora');

/** The folder of a fetched corpus and its hash: another text has another folder. */
export function corpusFolderName({ name, text }: CatalogueEntry): string {
  return `${name}-${text.sha256.slice(0, 12)}`;
}

/** The record of a corpus in a cache; undefined when it was not fetched. */
export function readCorpusRecord(entry: CatalogueEntry, cache: string): CorpusRecord | undefined {
  const path = join(corporaFolder(cache), corpusFolderName(entry), CORPUS_RECORD);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as CorpusRecord) : undefined;
}

/** The folder with a corpus's documents, a file each; undefined when it was not fetched. */
export function fetchedFolder(entry: CatalogueEntry, cache: string): string | undefined {
  if (readCorpusRecord(entry, cache) === undefined) return undefined;
  return join(corporaFolder(cache), corpusFolderName(entry), 'documents');
}
