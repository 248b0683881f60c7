import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../backend/native/cache-folder.js';
import { CATALOGUE, findEntry } from './corpus/catalogue.js';
import { readCorpusRecord } from './corpus/fetched-folder.js';
import { removeCorpus } from './fetch/fetch-corpus.js';
import { TOKENS_RECORD, tokensFolder, type TokensRecord } from './tokens/token-store.js';

/** A corpus that has a name, and whether it is on this machine. */
export interface ListedCorpus {
  name: string;
  describe: string;
  licence: string;
  documents: number;
  bytes: number;
  state: 'shipped' | 'fetched' | 'missing';
}

/** A tokenised text in the cache. */
export interface ListedTokens {
  corpus: string;
  tokenizer: string;
  tokens: number;
  /** On disk. */
  bytes: number;
}

const SOTU: ListedCorpus = {
  name: 'sotu',
  describe: 'State of the Union addresses, 1790 to 2021',
  licence: 'public domain',
  documents: 233,
  bytes: 10818155,
  state: 'shipped',
};

/** Every corpus that has a name. */
export function listCorpora(env: NodeJS.ProcessEnv): { cache: string; corpora: ListedCorpus[] } {
  const cache = cacheFolder(env);
  const corpora = CATALOGUE.map((entry): ListedCorpus => {
    const { name, describe, licence, text } = entry;
    const state = readCorpusRecord(entry, cache) === undefined ? 'missing' : 'fetched';
    return { name, describe, licence, documents: text.documents, bytes: text.bytes, state };
  });
  return { cache, corpora: [SOTU, ...corpora] };
}

/** Every tokenised text of the cache. */
export function listTokens(env: NodeJS.ProcessEnv): ListedTokens[] {
  const folder = tokensFolder(cacheFolder(env));
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name, TOKENS_RECORD);
    if (!existsSync(path)) return [];
    const { corpus, tokenizer, tokens } = JSON.parse(readFileSync(path, 'utf8')) as TokensRecord;
    const files = readdirSync(join(folder, name));
    const bytes = files.reduce((sum, file) => sum + statSync(join(folder, name, file)).size, 0);
    return [{ corpus, tokenizer, tokens, bytes }];
  });
}

/** Removes a fetched corpus, or with `tokens` all tokenised texts. Returns whether there was one. */
export function removeData(name: string, env: NodeJS.ProcessEnv): boolean {
  const cache = cacheFolder(env);
  const entry = findEntry(name);
  if (entry !== undefined) {
    const isThere = readCorpusRecord(entry, cache) !== undefined;
    removeCorpus(entry, cache);
    return isThere;
  }
  const isThere = listTokens(env).length > 0;
  rmSync(tokensFolder(cache), { recursive: true, force: true });
  return isThere;
}
